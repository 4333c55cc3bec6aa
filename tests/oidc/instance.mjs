/* The real program on a new instance with a given config.json: its address, its log, its command
 * line, and a client for its API with the rights of the first administrator. */
import { execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Browser } from './browser.mjs';

export const PROGRAM = process.env.ENTENTE ?? '';
export const missing = PROGRAM ? false : 'ENTENTE does not name the program';

/* A port that was free a moment ago: addresses must be known before both sides start. Below those that
 * the system hands out (32768 and up on Linux), where a connection of a test beside this one would take
 * it meanwhile. */
export async function freePort() {
  const port = randomInt(10000, 32768);
  const free = await new Promise((resolve) => {
    const server = createServer().on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
  return free ? port : freePort();
}

/* A certificate for 127.0.0.1 that is its own authority. */
export function certificate(folder) {
  const key = join(folder, 'tls.key');
  const cert = join(folder, 'tls.crt');
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
    '-days', '2', '-subj', '/CN=peer of a test', '-addext', 'subjectAltName=IP:127.0.0.1',
    '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { key, cert };
}

export function newFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'entente-oidc-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export class Instance {
  constructor(folder, port, tls) {
    this.tls = tls; /* its own certificate, when it listens with TLS */
    this.dir = join(folder, 'i');
    this.port = port;
    this.base = `${tls ? 'https' : 'http'}://127.0.0.1:${port}`;
    this.log = '';
    this.run('--quiet', 'init');
  }

  run(...words) {
    return execFileSync(PROGRAM, ['--dir', this.dir, '--lang', 'en', ...words], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  write(name, text, mode = 0o600) {
    writeFileSync(join(this.dir, name), text);
    chmodSync(join(this.dir, name), mode);
  }

  config(value) {
    this.write('config.json', JSON.stringify(value, null, 2));
  }

  /* Resolves when it listens, rejects with what it said when it ends instead. */
  start() {
    const environment = { ...process.env, no_proxy: '127.0.0.1', NO_PROXY: '127.0.0.1' };
    this.child = spawn(PROGRAM,
      ['--dir', this.dir, '--lang', 'en', 'serve', '--port', String(this.port), '--print-login-link',
        ...(this.tls ? ['--tls-cert', this.tls.cert, '--tls-key', this.tls.key] : [])],
      { stdio: ['ignore', 'pipe', 'pipe'], env: environment });
    let said = '';
    return new Promise((resolve, reject) => {
      this.child.stderr.setEncoding('utf8').on('data', (text) => {
        this.log += text;
      });
      this.child.stdout.setEncoding('utf8').on('data', (text) => {
        said += text;
        const link = /https?:\/\/\S+\/login\?code=\S+/.exec(said);
        if (link) {
          this.link = link[0];
          resolve(this);
        }
      });
      this.child.on('close', (code) => {
        this.ended = code;
        reject(new Error(`the program ended with ${code}:\n${said}${this.log}`));
      });
    });
  }

  /* Ends it as Ctrl-C would; a sanitizer's complaint is a failure. */
  async stop() {
    if (this.child && this.ended === undefined) {
      await new Promise((done) => {
        this.child.once('close', done);
        this.child.kill('SIGTERM');
      });
    }
    if (/Sanitizer|runtime error/.test(this.log)) throw new Error(this.log);
  }

  /* The first administrator, by the one-time link. */
  async administrator() {
    if (this.root) return this.root; /* the link works once */
    const browser = new Browser({ ca: this.tls && readFileSync(this.tls.cert) });
    await browser.get(this.link);
    const me = await browser.get(this.base + '/api/v1/me');
    browser.csrf = me.json.csrf;
    this.root = browser;
    return browser;
  }

  /* The outcomes of sign-ins so far, as logged. */
  signIns() {
    return this.log.split('\n').filter((line) => line.includes('"event":"sign-in"'))
      .map((line) => JSON.parse(line));
  }
}
