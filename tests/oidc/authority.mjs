/* A certificate authority of a test, by the openssl command: client certificates and revocation
 * lists, good and bad. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const run = (...words) => execFileSync('openssl', words, { stdio: ['ignore', 'pipe', 'pipe'] });
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

export class Authority {
  constructor(folder, name) {
    this.folder = join(folder, name);
    mkdirSync(this.folder);
    this.cert = this.path('ca.crt');
    run('req', '-x509', ...NEW_KEY, '-days', '2', '-subj', `/O=Forces/CN=${name}`, '-keyout', this.path('ca.key'), '-out', this.cert);
    writeFileSync(this.path('index.txt'), '');
    writeFileSync(this.path('serial'), '1000\n');
    writeFileSync(this.path('ca.cnf'), ['[ca]', 'default_ca=d', '[d]', `database=${this.path('index.txt')}`,
      `serial=${this.path('serial')}`, `new_certs_dir=${this.folder}`, `certificate=${this.cert}`,
      `private_key=${this.path('ca.key')}`, 'default_md=sha256', 'policy=p', 'unique_subject=no', 'default_crl_days=1',
      'default_days=1', '[p]', 'organizationName=optional', 'commonName=supplied', ''].join('\n'));
  }

  path(name) {
    return join(this.folder, name);
  }

  ca(...words) {
    run('ca', '-batch', '-config', this.path('ca.cnf'), ...words);
  }

  /* {cert, key} as TLS takes them, and the file. */
  issue(name, { subject = `/O=Forces/CN=${name}`, email, usage = 'clientAuth', dates = [] } = {}) {
    const [key, csr, cert, extensions] = ['key', 'csr', 'crt', 'ext'].map((end) => this.path(`${name}.${end}`));
    run('req', ...NEW_KEY, '-subj', subject, '-keyout', key, '-out', csr);
    writeFileSync(extensions, `extendedKeyUsage=${usage}\n${email ? `subjectAltName=email:${email}\n` : ''}`);
    this.ca('-in', csr, '-out', cert, '-extfile', extensions, '-notext', ...dates);
    return { cert: readFileSync(cert), key: readFileSync(key), file: cert };
  }

  revoke(issued) {
    this.ca('-revoke', issued.file);
  }

  list(name, ...dates) {
    this.ca('-gencrl', '-out', this.path(name), ...dates);
    return readFileSync(this.path(name), 'utf8');
  }
}
