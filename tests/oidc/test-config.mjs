/* config.json: what is wrong in it is refused with its place, before anything listens. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { missing } from './instance.mjs';
import { newWorld, RULES } from './world.mjs';

const rule = (more) => ({ rules: [{ ...RULES[2], ...more }] });
const secret = { class: 'SECRET' };

const wrong = {
  '/oidc/issuer': { oidc: { issuer: 'http://127.0.0.1' } },
  '/oidc/redirect': { oidc: { redirect: 'https://entente.example/elsewhere' } },
  '/oidc/rules': { oidc: { rules: [] } },
  '/oidc/scope': { oidc: { scope: 'openid' } },
  '/oidc/client_id': { oidc: { client_id: undefined } },
  '/pasword_login': { config: { pasword_login: 'nobody' } },
  '/password_login': { config: { password_login: 'somebody' } },
  '/oidc/rules/0/role': { oidc: rule({ role: 'king' }) },
  '/oidc/rules/0/role ': { oidc: rule({ role_claim: 'r' }) },
  '/oidc/rules/0/role  ': { oidc: rule({ role: 'steward', role_ceiling: 'reader' }) },
  '/oidc/rules/0/role_ceiling': { oidc: rule({ role: undefined, role_claim: 'r' }) },
  '/oidc/rules/0/role_values': { oidc: rule({ role: undefined, role_claim: 'r', role_ceiling: 'reader', role_values: { x: 'steward' } }) },
  '/oidc/rules/0/clearance': { oidc: rule({ clearance: undefined }) },
  '/oidc/rules/0/clearance ': { oidc: rule({ clearance: secret, clearance_ceiling: { class: 'RESTRICTED' } }) },
  '/oidc/rules/0/clearance/class': { oidc: rule({ clearance: { class: 'COSMIC' } }) },
  '/oidc/rules/0/clearance_ceiling': { oidc: rule({ clearance: undefined, clearance_claim: 'c' }) },
  '/oidc/rules/0/clearance_values': { oidc: rule({ clearance: undefined, clearance_claim: 'c', clearance_ceiling: { class: 'RESTRICTED' },
    clearance_values: { x: secret } }) },
  '/oidc/rules/0/when': { oidc: rule({ when: { groups: { any: 'staff' } } }) },
  '/oidc/rules/0/wen': { oidc: rule({ wen: { groups: 'staff' } }) },
};

async function refused(options, pattern, change = () => undefined) {
  const w = await newWorld({ provider: false, ...options });
  try {
    change(w.instance);
    await assert.rejects(w.start(), pattern);
    assert.notEqual(w.instance.ended, 0);
  } finally {
    await w.stop();
  }
}

for (const [place, options] of Object.entries(wrong)) {
  it(`names ${place.trim()} when ${JSON.stringify(options)} is wrong`, { skip: missing }, () =>
    refused(options, (e) => e.message.includes(place.trim() + ' ')));
}

it('refuses a secret that others may read, one that is absent, and one that is empty', { skip: missing }, async () => {
  await refused({}, /mode 0600/, (i) => i.write('oidc-secret', 'x', 0o644));
  await refused({ oidc: { client_secret_file: 'no-such' } }, /no-such/);
  await refused({}, /holds no secret/, (i) => i.write('oidc-secret', ' \n'));
});

it('refuses what is no JSON', { skip: missing }, () => refused({}, /line 1/, (i) => i.write('config.json', '{,}')));

it('never lets everybody be locked out by a setting', { skip: missing }, async () => {
  await refused({}, /password_login/, (i) => i.write('config.json', '{"password_login":"nobody"}'));
});

async function withUsers(password_login, test) {
  const w = await newWorld({ provider: false, config: { password_login } });
  try {
    await w.start();
    const root = await w.instance.administrator();
    const login = (username, password = 'a long enough pass phrase') =>
      w.newBrowser().ask('POST', `${w.instance.base}/api/v1/login`, { json: { username, password } });
    for (const role of ['reader', 'administrator']) {
      const made = await root.ask('POST', `${w.instance.base}/api/v1/users`, {
        json: { username: `the-${role}`, role, active: true, password: 'a long enough pass phrase' } });
      assert.equal(made.status, 201, made.text);
    }
    const ways = await root.get(`${w.instance.base}/api/v1/login/ways`);
    assert.equal(ways.json.password, password_login);
    assert.equal(ways.json.providers[0].name_fr, 'Connexion d’essai');
    await test(login);
  } finally {
    await w.stop();
  }
}

it('keeps passwords to administrators, and tells others nothing about theirs', { skip: missing }, () =>
  withUsers('administrators', async (login) => {
    assert.equal((await login('the-administrator')).status, 200);
    const right = await login('the-reader');
    const wrongOne = await login('the-reader', 'not this one at all');
    assert.equal(right.status, 401);
    assert.equal(right.text, wrongOne.text);
  }));

it('switches passwords off for all', { skip: missing }, () =>
  withUsers('nobody', async (login) => {
    assert.equal((await login('the-administrator')).status, 403);
    assert.equal((await login('no-such-user')).status, 403);
  }));
