/* Signing in with a certificate: by mutual TLS, by a proxy that we know, and by nobody else. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { Authority } from './authority.mjs';
import { Browser } from './browser.mjs';
import { certificate, freePort, Instance, missing, newFolder } from './instance.mjs';
import { problemOf } from './world.mjs';

const RULES = [
  { name: 'officers by address', when: { email: 'alice@forces.example', issuer: 'CN=clients,O=Forces' },
    role: 'steward', clearance: { class: 'SECRET' }, account_claim: 'common_name' },
  { name: 'anybody of the authority', when: { issuer: 'CN=clients,O=Forces' }, role: 'reader',
    clearance: { class: 'UNCLASSIFIED' }, account_claim: 'common_name' },
];

async function newPlace({ tls = true, ...more } = {}) {
  const place = newFolder();
  const own = certificate(place.folder);
  const clients = new Authority(place.folder, 'clients');
  const instance = new Instance(place.folder, await freePort(), tls ? own : undefined);
  instance.write('clients.pem', readFileSync(clients.cert));
  instance.write('revoked.pem', clients.list('first.crl'));
  instance.config({ client_certificates: { name_en: 'Service card', trust_anchors: 'clients.pem',
    revocation_lists: 'revoked.pem', rules: RULES, ...more } });
  await instance.start();
  const ca = tls ? readFileSync(own.cert) : undefined;
  return {
    place, clients, instance,
    other: new Authority(place.folder, 'others'),
    browser: (identity, address) => new Browser({ ca, identity, address }),
    login: `${instance.base}/certificate/login`,
    why: () => instance.signIns().at(-1).message,
    stop: async () => {
      await instance.stop();
      place.remove();
    },
  };
}

describe('a certificate over mutual TLS', { skip: missing }, () => {
  let p;
  before(async () => {
    p = await newPlace();
  });
  after(() => p.stop());

  it('signs its holder in by the first rule that fits subject, address and issuer', async () => {
    const cases = [[p.clients.issue('alice', { email: 'alice@forces.example' }), 'alice', 'steward', 'officers by address'],
      [p.clients.issue('bob', { email: 'bob@forces.example' }), 'bob', 'reader', 'anybody of the authority']];
    for (const [identity, name, role, rule] of cases) {
      const browser = p.browser(identity);
      const answer = await browser.get(p.login + '?next=/en/today');
      assert.equal(answer.location, `${p.instance.base}/en/today`, p.why());
      assert.match(answer.setCookie[0], /^entente=.*; Secure$/);
      const me = (await browser.get(`${p.instance.base}/api/v1/me`)).json;
      assert.deepEqual([me.user.username, me.role], [name, role]);
      const user = JSON.parse(p.instance.run('-o', 'json', 'user', 'get', me.user.id));
      assert.deepEqual([user.issuer, user.subject, user.rule], ['CN=clients,O=Forces', `CN=${name},O=Forces`, rule]);
    }
  });

  it('is not demanded of those who sign in otherwise', async () => {
    const browser = p.browser();
    assert.equal((await browser.get(p.instance.base + '/')).status, 200);
    assert.deepEqual((await browser.get(p.instance.base + '/api/v1/login/ways')).json.providers,
      [{ name_en: 'Service card', name_fr: 'Service card', href: '/certificate/login' }]);
    assert.equal(problemOf(await browser.get(p.login)), 'certificate');
    assert.match(p.why(), /there is no certificate/);
  });

  it('alone opens nothing: what it shows counts at the sign-in only', async () => {
    const browser = p.browser(p.clients.issue('carol'));
    assert.equal((await browser.get(`${p.instance.base}/api/v1/me`)).status, 401);
  });

  const bad = {
    'of another authority': [() => p.other.issue('alice', { email: 'alice@forces.example' }), /unknown authority/],
    'of another authority with the same name': [() => new Authority(p.place.folder + '/others', 'clients').issue('alice'), /unknown authority|not valid/],
    'that expired': [() => p.clients.issue('old', { dates: ['-startdate', '20200101000000Z', '-enddate', '20200102000000Z'] }), /expired/],
    'that is not valid yet': [() => p.clients.issue('new', { dates: ['-startdate', '21000101000000Z', '-enddate', '21000102000000Z'] }), /not valid/],
    'for servers': [() => p.clients.issue('server', { usage: 'serverAuth' }), /not for clients/],
  };
  for (const [name, [make, why]] of Object.entries(bad)) {
    it(`${name} is refused`, async () => {
      const browser = p.browser(make());
      assert.equal(problemOf(await browser.get(p.login)), 'certificate');
      assert.match(p.why(), why);
      assert.equal(browser.cookie('entente'), undefined);
    });
  }

  it('that is revoked is refused as soon as the list says so; a list out of date lets nobody in', async () => {
    const [kept, lost] = [p.clients.issue('kept'), p.clients.issue('lost')];
    assert.equal((await p.browser(lost).get(p.login)).location, `${p.instance.base}/`);
    p.clients.revoke(lost);
    p.instance.write('revoked.pem', p.clients.list('second.crl'));
    assert.equal(problemOf(await p.browser(lost).get(p.login)), 'certificate');
    assert.match(p.why(), /revoked/);
    assert.equal((await p.browser(kept).get(p.login)).location, `${p.instance.base}/`);
    p.instance.write('revoked.pem', p.clients.list('third.crl', '-crl_lastupdate', '20200101000000Z', '-crl_nextupdate', '20200102000000Z'));
    assert.equal(problemOf(await p.browser(kept).get(p.login)), 'certificate');
    assert.match(p.why(), /lists do not hold: out of date/);
    p.instance.write('revoked.pem', p.other.list('other.crl'));
    assert.equal(problemOf(await p.browser(kept).get(p.login)), 'certificate');
    p.instance.write('revoked.pem', p.clients.list('fourth.crl'));
    assert.equal((await p.browser(kept).get(p.login)).location, `${p.instance.base}/`);
  });

  it('is not taken from a header on a connection that is not the proxy’s', async () => {
    const alice = p.clients.issue('header', { email: 'alice@forces.example' });
    const headers = { 'Client-Cert': `:${readFileSync(alice.file, 'utf8').replace(/-----[^-]+-----|\s/g, '')}:` };
    assert.equal(problemOf(await p.browser().get(p.login, { headers })), 'certificate');
    assert.match(p.why(), /there is no certificate/);
  });

  it('does not sign in by a link of another site', async () => {
    const browser = p.browser(p.clients.issue('linked'));
    const answer = await browser.get(p.login, { headers: { 'Sec-Fetch-Site': 'cross-site' } });
    assert.equal(answer.location, `${p.instance.base}/login`);
    assert.equal(browser.cookie('entente'), undefined);
  });
});

describe('a certificate that a proxy hands on', { skip: missing }, () => {
  let p;
  before(async () => {
    p = await newPlace({ tls: false, proxies: ['127.0.0.5'] });
  });
  after(() => p.stop());

  it('signs in when it comes from the proxy, in both forms, and is checked all the same', async () => {
    const pem = (issued) => readFileSync(issued.file, 'utf8');
    const forms = [(issued) => `:${pem(issued).replace(/-----[^-]+-----|\s/g, '')}:`, (issued) => encodeURIComponent(pem(issued))];
    const [good, stranger] = [p.clients.issue('dora'), p.other.issue('dora')];
    for (const form of forms) {
      const proxied = await p.browser(undefined, '127.0.0.5').get(p.login, { headers: { 'Client-Cert': form(good) } });
      assert.equal(proxied.location, `${p.instance.base}/`, p.why());
      const direct = await p.browser(undefined, '127.0.0.6').get(p.login, { headers: { 'Client-Cert': form(good) } });
      assert.equal(problemOf(direct), 'certificate');
      const wrong = await p.browser(undefined, '127.0.0.5').get(p.login, { headers: { 'Client-Cert': form(stranger) } });
      assert.equal(problemOf(wrong), 'certificate');
    }
    for (const text of ['', 'x', '::', ':AA:', ':!:', '-----BEGIN CERTIFICATE-----', `:${'A'.repeat(20000)}:`]) {
      const answer = await p.browser(undefined, '127.0.0.5').get(p.login, { headers: { 'Client-Cert': text } });
      assert.equal(problemOf(answer), 'certificate', text.slice(0, 40));
    }
  });
});
