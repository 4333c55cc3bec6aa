/* Signing in by way of a real provider (npm oidc-provider): the whole way, and every way off it. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { missing } from './instance.mjs';
import { newKey, people } from './provider.mjs';
import { newWorld, problemOf } from './world.mjs';

describe('signing in by way of a provider', { skip: missing }, () => {
  let w;
  before(async () => {
    w = await newWorld();
    await w.start();
  });
  after(() => w.stop());

  it('sends the browser there with code, PKCE, state and nonce, and remembers it by a cookie', async () => {
    const browser = w.newBrowser();
    const answer = await browser.get(`${w.instance.base}/oidc/login`);
    assert.equal(answer.status, 303);
    const url = new URL(answer.location);
    assert.equal(url.origin, w.issuer);
    const q = Object.fromEntries(url.searchParams);
    assert.equal(q.response_type, 'code');
    assert.equal(q.redirect_uri, w.callback);
    assert.equal(q.scope, 'openid profile entente');
    assert.equal(q.code_challenge_method, 'S256');
    for (const name of ['state', 'nonce', 'code_challenge']) assert.match(q[name], /^[\w-]{43}$/);
    assert.match(answer.setCookie[0], /^entente_oidc=[\w-]{43}; Path=\/oidc; HttpOnly; SameSite=Lax; Max-Age=600$/);
    assert.equal(new Set([q.state, q.nonce, q.code_challenge, browser.cookie('entente_oidc')]).size, 4);
  });

  it('lets somebody in with the role and clearance of the first rule that fits', async () => {
    const browser = w.newBrowser();
    const answer = await w.signIn(browser, 'alice', '?next=' + encodeURIComponent('/en/partners?q=x'));
    assert.equal(answer.status, 303);
    assert.equal(answer.location, `${w.instance.base}/en/partners?q=x`);
    const me = (await w.me(browser)).json;
    assert.equal(me.role, 'steward');
    assert.equal(me.user.username, 'alice');
    assert.equal(me.user.display_name, 'Alice Arsenault');
    assert.equal(me.user.language, 'fr');
    assert.equal(me.clearance.class, 'SECRET');
    assert.match(me.csrf, /^[\w-]{43}$/);
    const user = (await (await w.instance.administrator()).get(`${w.instance.base}/api/v1/users/${me.user.id}`)).json;
    assert.equal(user.issuer, w.issuer);
    assert.equal(user.subject, 'subject-of-alice');
    assert.equal(user.rule, 'officers');
  });

  it('makes one user, however often somebody signs in', async () => {
    const first = w.newBrowser();
    const again = w.newBrowser();
    await w.signIn(first, 'bob');
    await w.signIn(again, 'bob');
    const [one, other] = [(await w.me(first)).json, (await w.me(again)).json];
    assert.equal(one.user.id, other.user.id);
    assert.equal(one.role, 'reader');
  });

  it('shows at the console by what rule a user was made', () => {
    const said = w.instance.run('-o', 'json', 'user', 'list');
    const bob = JSON.parse(said).items.find((u) => u.username === 'bob');
    assert.equal(bob.rule, 'staff');
    const shown = w.instance.run('user', 'get', bob.id);
    assert.match(shown, /staff/);
  });

  const refusals = {
    carol: ['no-rule', 'whom no rule fits'],
    dora: ['ceiling', 'whose claims ask for more than the rule may grant'],
    taken: ['name-taken', 'whose name another user bears'],
    nameless: ['account', 'whose claims hold no account name'],
  };
  for (const [login, [word, who]] of Object.entries(refusals)) {
    it(`refuses somebody ${who}`, async () => {
      const browser = w.newBrowser();
      const answer = await w.signIn(browser, login);
      assert.equal(problemOf(answer), word);
      assert.equal(browser.cookie('entente'), undefined);
      assert.equal((await w.me(browser)).status, 401);
      const page = await browser.get(answer.location);
      assert.equal(page.status, 200);
      assert.match(page.headers['content-type'], /text\/html/);
    });
  }

  it('goes nowhere but to a page of this server afterwards', async () => {
    for (const next of ['https://elsewhere.example/', '//elsewhere.example', '/\\elsewhere.example', 'x']) {
      const answer = await w.signIn(w.newBrowser(), 'bob', '?next=' + encodeURIComponent(next));
      assert.equal(answer.location, `${w.instance.base}/`);
    }
  });

  it('takes an answer once', async () => {
    const browser = w.newBrowser();
    const way = await w.reach(browser, 'bob');
    assert.equal((await browser.get(way)).location, `${w.instance.base}/`);
    assert.equal(problemOf(await browser.get(way)), 'state');
  });

  it('takes an answer only from the browser that asked', async () => {
    const way = await w.reach(w.newBrowser(), 'bob');
    const victim = w.newBrowser();
    assert.equal(problemOf(await victim.get(way)), 'state');
    const other = w.newBrowser();
    await other.get(`${w.instance.base}/oidc/login`);
    assert.equal(problemOf(await other.get(way)), 'state');
  });

  it('refuses a state that it did not make, and an answer without one', async () => {
    const browser = w.newBrowser();
    const way = new URL(await w.reach(browser, 'bob'));
    way.searchParams.set('state', 'A'.repeat(43));
    assert.equal(problemOf(await browser.get(way.href)), 'state');
    way.searchParams.delete('state');
    assert.equal(problemOf(await browser.get(way.href)), 'state');
  });

  it('refuses the answer of another issuer, and one that does not say its issuer (RFC 9207)', async () => {
    for (const change of [(q) => q.set('iss', 'https://evil.example'), (q) => q.delete('iss')]) {
      const browser = w.newBrowser();
      const way = new URL(await w.reach(browser, 'bob'));
      change(way.searchParams);
      assert.equal(problemOf(await browser.get(way.href)), 'issuer');
    }
  });

  it('refuses an answer with a parameter given twice', async () => {
    const browser = w.newBrowser();
    const way = await w.reach(browser, 'bob');
    assert.equal((await browser.get(way + '&code=other')).status, 400);
  });

  it("refuses a code that was another sign-in's: PKCE ties it to the first", async () => {
    const [thief, owner] = [w.newBrowser(), w.newBrowser()];
    const stolen = new URL(await w.reach(owner, 'alice')).searchParams.get('code');
    const way = new URL(await w.reach(thief, 'bob'));
    way.searchParams.set('code', stolen);
    assert.equal(problemOf(await thief.get(way.href)), 'code');
    assert.equal((await w.me(thief)).status, 401);
  });

  it('refuses a code that was used, and one that never was', async () => {
    const [one, other] = [w.newBrowser(), w.newBrowser('127.0.0.9')];
    const used = new URL(await w.reach(one, 'bob'));
    await one.get(used.href);
    for (const code of [used.searchParams.get('code'), 'no-such-code']) {
      const way = new URL(await w.reach(other, 'bob'));
      way.searchParams.set('code', code);
      assert.equal(problemOf(await other.get(way.href)), 'code');
    }
  });

  it('says when the provider refuses, and not in its words', async () => {
    const browser = w.newBrowser();
    const way = new URL(await w.reach(browser, 'bob'));
    way.searchParams.delete('code');
    way.searchParams.set('error', 'access_denied');
    way.searchParams.set('error_description', 'call this number');
    const answer = await browser.get(way.href);
    assert.equal(answer.location, `${w.instance.base}/login?problem=denied`);
  });

  it('never fetches a sign-in ahead, and answers HEAD without using anything up', async () => {
    const browser = w.newBrowser();
    const way = await w.reach(browser, 'bob');
    assert.equal((await browser.get(way, { headers: { 'Sec-Purpose': 'prefetch' } })).status, 404);
    assert.equal((await browser.ask('HEAD', way)).status, 404);
    assert.equal((await browser.get(way)).location, `${w.instance.base}/`);
  });

  it('brings the user up to date at the next sign-in, and that ends the sessions before', async () => {
    const before = w.newBrowser();
    await w.signIn(before, 'alice');
    assert.equal((await w.me(before)).json.role, 'steward');
    people.alice.groups = ['staff'];
    try {
      const now = w.newBrowser();
      await w.signIn(now, 'alice');
      const me = (await w.me(now)).json;
      assert.deepEqual([me.role, me.clearance.class], ['reader', 'UNCLASSIFIED']);
      assert.ok(!JSON.stringify(me.clearance).includes('CAN'), 'nothing of the old clearance is left');
      assert.equal((await w.me(before)).status, 401);
    } finally {
      people.alice.groups = ['staff', 'officers'];
    }
  });

  it('keeps out a user whom an administrator deactivated', async () => {
    const browser = w.newBrowser();
    await w.signIn(browser, 'bob');
    const root = await w.instance.administrator();
    const path = `${w.instance.base}/api/v1/users/${(await w.me(browser)).json.user.id}`;
    const off = await root.ask('PATCH', path, { json: { active: false }, headers: { 'If-Match': '*' } });
    assert.equal(off.status, 200, off.text);
    assert.equal((await w.me(browser)).status, 401);
    assert.equal(problemOf(await w.signIn(w.newBrowser(), 'bob')), 'inactive');
    const on = await root.ask('PATCH', path, { json: { active: true }, headers: { 'If-Match': '*' } });
    assert.equal(on.status, 200);
    assert.equal((await w.me(browser)).status, 401, 'a session that ended does not come back');
    assert.equal((await w.signIn(w.newBrowser(), 'bob')).location, `${w.instance.base}/`);
  });

  it('logs every sign-in with its outcome, and neither code nor token', async () => {
    const outcomes = new Set(w.instance.signIns().map((line) => line.outcome));
    for (const word of ['ok', 'no-rule', 'state', 'issuer', 'code', 'denied', 'inactive']) assert.ok(outcomes.has(word), word);
    assert.ok(!/eyJ|code=|call this number/.test(w.instance.log));
  });

  it('follows the keys of the provider when they change', async () => {
    w.keys = [newKey('RS256', 'second'), ...w.keys];
    await w.provider.stop();
    await w.startProvider();
    assert.equal((await w.signIn(w.newBrowser('127.0.0.8'), 'alice')).location, `${w.instance.base}/`);
    assert.equal(w.provider.requests.filter((u) => u.startsWith('/jwks')).length, 1);
    assert.equal((await w.signIn(w.newBrowser('127.0.0.8'), 'alice')).location, `${w.instance.base}/`);
    assert.equal(w.provider.requests.filter((u) => u.startsWith('/jwks')).length, 1, 'kept, not fetched again');
  });

  it('says that the provider is away when it is, and goes on when it is back', async () => {
    const browser = w.newBrowser('127.0.0.7');
    const way = await w.reach(browser, 'alice');
    await w.provider.stop();
    assert.equal(problemOf(await browser.get(way)), 'unreachable');
    assert.equal((await w.me(await w.instance.administrator())).status, 200, 'everything else goes on');
    await w.startProvider();
    assert.equal((await w.signIn(w.newBrowser('127.0.0.7'), 'alice')).location, `${w.instance.base}/`);
  });
});

for (const [alg, authMethod] of [['PS256', 'client_secret_post'], ['ES256', 'none'], ['EdDSA', 'client_secret_basic']]) {
  it(`signs in with ${alg} and ${authMethod}`, { skip: missing }, async () => {
    const w = await newWorld({ alg, authMethod });
    try {
      await w.start();
      const browser = w.newBrowser();
      assert.equal((await w.signIn(browser, 'alice')).location, `${w.instance.base}/`);
      assert.equal((await w.me(browser)).json.role, 'steward');
    } finally {
      await w.stop();
    }
  });
}
