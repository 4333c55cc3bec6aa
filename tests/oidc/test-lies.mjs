/* What a lying provider, or somebody between, may send: refused one by one, each for its own reason. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { missing } from './instance.mjs';
import { ACCESS, halfHash, hmac, newPair, signed, signedByHand, startLiar, unsigned } from './liar.mjs';
import { newWorld, problemOf } from './world.mjs';

const other = newPair('RS256', 'good'); /* another key by the same name */
const stranger = newPair('RS256', 'stranger');
const curve = newPair('ES256', 'curve');
const edwards = newPair('EdDSA', 'edwards');
const long = newPair('ES384', 'long');
const weak = newPair('RSA1024', 'weak');
const now = () => Math.floor(Date.now() / 1000);
const RS = { alg: 'RS256', kid: 'good' };

/* name: [reason, play]. Every play differs from the truth in one thing. */
const tokens = (good) => ({
  'with algorithm none': ['token-algorithm', (c) => unsigned(c)],
  'with algorithm None': ['token-algorithm', (c) => unsigned(c, 'None')],
  'with an empty signature under RS256': ['token-malformed', async (c) => (await signed(good, c)).replace(/[^.]*$/, '')],
  'HS256 with the public key as its secret (PEM)': ['token-algorithm',
    (c) => hmac(good.publicKey.export({ format: 'pem', type: 'spki' }), { alg: 'HS256', kid: 'good' }, c)],
  'HS256 with the public key as its secret (JWK)': ['token-algorithm',
    (c) => hmac(JSON.stringify(good.public), { alg: 'HS256' }, c)],
  'with RS512, which is not on the list': ['token-algorithm', (c) => signed(good, c, { alg: 'RS512' })],
  'with RS384, which is not on the list': ['token-algorithm', (c) => signed(good, c, { alg: 'RS384' })],
  'without an algorithm': ['token-algorithm', (c) => signedByHand(good, { kid: 'good' }, c)],
  'with an algorithm that is no text': ['token-algorithm', (c) => signedByHand(good, { alg: ['RS256'], kid: 'good' }, c)],
  'with RS256 said to be ES256': ['token-key', (c) => signedByHand(good, { alg: 'ES256', kid: 'good' }, c)],
  'with RS256 said to be PS256': ['token-signature', (c) => signedByHand(good, { alg: 'PS256', kid: 'good' }, c)],
  'of another key by the same name': ['token-signature', (c) => signed(other, c)],
  'of a key that the provider has not': ['token-key', (c) => signed(stranger, c)],
  'that brings its own key along': ['token-signature', (c) => signed(other, c, { jwk: other.public })],
  'that names where its key is': ['token-key', (c) => signed(stranger, c, { jku: 'https://127.0.0.1:1/jwks' })],
  'with one bit of its claims changed': ['token-signature', async (c) => {
    const [h, , s] = (await signed(good, c)).split('.');
    return [h, Buffer.from(JSON.stringify({ ...c, sub: 'subjecu' })).toString('base64url'), s].join('.');
  }],
  'with its signature cut short': ['token-signature', async (c) => {
    const [h, p, s] = (await signed(good, c)).split('.');
    return [h, p, Buffer.from(s, 'base64url').subarray(0, -1).toString('base64url')].join('.');
  }],
  'that names something critical': ['token-malformed', (c) => signedByHand(good, { ...RS, crit: ['b64'], b64: true }, c)],
  'of the type of an access token': ['token-malformed', (c) => signed(good, c, { typ: 'at+jwt' })],
  'with a member twice': ['token-malformed', (c) => signedByHand(good, RS, JSON.stringify(c).replace('{', '{"sub":"x",'))],
  'in four parts': ['token-malformed', async (c) => (await signed(good, c)) + '.x'],
  'in ordinary base64': ['token-malformed', async (c) => (await signed(good, c)) + '='],
  'larger than 32 KiB': ['token-malformed', (c) => signed(good, { ...c, more: 'x'.repeat(40000) })],
  'of another issuer': ['token-issuer', (c) => signed(good, { ...c, iss: 'https://evil.example' })],
  'of the issuer with a slash more': ['token-issuer', (c) => signed(good, { ...c, iss: c.iss + '/' })],
  'without an issuer': ['token-issuer', (c) => signed(good, { ...c, iss: undefined })],
  'for another audience': ['token-audience', (c) => signed(good, { ...c, aud: 'someone-else' })],
  'for us and another audience': ['token-audience', (c) => signed(good, { ...c, aud: [c.aud, 'someone-else'] })],
  'for nobody': ['token-audience', (c) => signed(good, { ...c, aud: [] })],
  'issued to another party': ['token-party', (c) => signed(good, { ...c, azp: 'someone-else' })],
  'that expired 61 s ago': ['token-expired', (c) => signed(good, { ...c, exp: now() - 61 })],
  'without an end': ['token-expired', (c) => signed(good, { ...c, exp: undefined })],
  'whose end is a text': ['token-expired', (c) => signedByHand(good, RS, { ...c, exp: '4000000000' })],
  'issued in the future': ['token-issued', (c) => signed(good, { ...c, iat: now() + 120 })],
  'issued long before the sign-in began': ['token-issued', (c) => signed(good, { ...c, iat: now() - 120 })],
  'without an issuing time': ['token-issued', (c) => signedByHand(good, RS, { ...c, iat: undefined })],
  'not valid yet': ['token-issued', (c) => signed(good, { ...c, nbf: now() + 120 })],
  'with another nonce': ['token-nonce', (c) => signed(good, { ...c, nonce: 'A'.repeat(43) })],
  'without a nonce': ['token-nonce', (c) => signed(good, { ...c, nonce: undefined })],
  'without a subject': ['token-subject', (c) => signed(good, { ...c, sub: undefined })],
  'with an empty subject': ['token-subject', (c) => signed(good, { ...c, sub: '' })],
  'with a subject of 256 characters': ['token-subject', (c) => signed(good, { ...c, sub: 'x'.repeat(256) })],
  'beside another access token': ['token-access-hash', (c) => signed(good, { ...c, at_hash: halfHash('another', 'sha256') })],
});

describe('a token', { skip: missing }, () => {
  let w;
  let liar;
  let turn = 10;
  before(async () => {
    w = await newWorld({ provider: false });
    liar = await startLiar({ port: w.port, tls: w.tls });
    await w.start();
  });
  after(async () => {
    await liar.stop();
    await w.stop();
  });

  /* One sign-in in which the provider plays this. Each comes from an address of its own: what was
   * refused before does not slow down the next. */
  async function play(lie) {
    liar.play = lie;
    const browser = w.newBrowser(`127.0.1.${(turn += 1)}`);
    const start = await browser.get(`${w.instance.base}/oidc/login`);
    if (!start.location.startsWith(liar.issuer)) return { browser, answer: start };
    const q = new URL(start.location).searchParams;
    liar.nonce = q.get('nonce');
    return { browser, answer: await browser.get(`${w.callback}?code=c&state=${q.get('state')}`) };
  }

  it('that is true lets somebody in', async () => {
    const { browser, answer } = await play({ idToken: (c) => signed(liar.good, c) });
    assert.equal(answer.location, `${w.instance.base}/`);
    assert.equal((await w.me(browser)).json.user.username, 'someone');
  });

  it('may be as late or early as clocks differ, be for a list of us alone, and carry the right hash', async () => {
    const truths = [
      (c) => ({ ...c, exp: now() - 30 }),
      (c) => ({ ...c, iat: now() + 30 }),
      (c) => ({ ...c, iat: now() - 30 }),
      (c) => ({ ...c, nbf: now() + 30 }),
      (c) => ({ ...c, aud: [c.aud], azp: c.aud }),
      (c) => ({ ...c, at_hash: halfHash(ACCESS, 'sha256') }),
    ];
    for (const truth of truths) {
      const { answer } = await play({ idToken: (c) => signed(liar.good, truth(c)) });
      assert.equal(answer.location, `${w.instance.base}/`, truth.toString());
    }
  });

  const names = Object.keys(tokens(other));
  for (const name of names) {
    it(`${name} is refused`, async () => {
      const [reason, idToken] = tokens(liar.good)[name];
      const { browser, answer } = await play({ idToken });
      assert.equal(problemOf(answer), reason);
      assert.equal(browser.cookie('entente'), undefined);
      assert.equal((await w.me(browser)).status, 401);
    });
  }

  it('without a name for its key is taken when the provider has just one, and not when it has two', async () => {
    const keep = { idToken: (c) => signed({ ...liar.good, kid: undefined }, c) };
    assert.equal((await play(keep)).answer.location, `${w.instance.base}/`);
  });
});

/* Keys are kept for an hour: what is played with them takes a new instance each. */
async function alone(run, oidc = {}) {
  const w = await newWorld({ provider: false, oidc });
  const liar = await startLiar({ port: w.port, tls: w.tls });
  try {
    await w.start();
    let turn = 10;
    await run(w, async (lie) => {
      liar.play = lie;
      const browser = w.newBrowser(`127.0.1.${(turn += 1)}`);
      const start = await browser.get(`${w.instance.base}/oidc/login`);
      if (!start.location.startsWith(liar.issuer)) return start;
      const q = new URL(start.location).searchParams;
      liar.nonce = q.get('nonce');
      return browser.get(`${w.callback}?code=c&state=${q.get('state')}`);
    }, liar);
  } finally {
    await liar.stop();
    await w.stop();
  }
}

describe('a set of keys', { skip: missing }, () => {
  const sets = {
    'with a symmetric key for HS256': ['token-algorithm', () => [{ kty: 'oct', k: Buffer.from('secret').toString('base64url'), kid: 'oct' }, curve.public],
      (c) => hmac('secret', { alg: 'HS256', kid: 'oct' }, c)],
    'with a key too weak': ['token-key', () => [weak.public, curve.public], (c) => signedByHand(weak, { alg: 'RS256', kid: 'weak' }, c)],
    'with a key for encryption': ['token-key', (good) => [{ ...good.public, use: 'enc' }, curve.public], (c, good) => signed(good, c)],
    'with a key that is for another algorithm': ['token-key', (good) => [{ ...good.public, alg: 'PS256' }, curve.public], (c, good) => signed(good, c)],
    'with a curve that is not on the list': ['token-key', () => [long.public, curve.public],
      (c) => signedByHand(other, { alg: 'ES256', kid: 'long' }, c)],
    'with two keys, and a token that names none': ['token-key', (good) => [good.public, stranger.public],
      (c, good) => signed({ ...good, kid: undefined }, c)],
    'that is empty': ['discovery', () => [], (c, good) => signed(good, c)],
    'with only keys that cannot be used': ['discovery', () => [long.public, weak.public], (c, good) => signed(good, c)],
  };
  for (const [name, [reason, keys, token]] of Object.entries(sets)) {
    it(`${name} lets nobody in`, () => alone(async (w, play, liar) => {
      const answer = await play({ jwks: () => ({ keys: keys(liar.good) }), idToken: (c) => token(c, liar.good) });
      assert.equal(problemOf(answer), reason);
    }));
  }

  it('with keys of several kinds serves each', () => alone(async (w, play) => {
    const jwks = () => ({ keys: [curve.public, edwards.public, stranger.public, long.public] });
    const cases = [[curve, 'ES256', 'sha256'], [edwards, 'EdDSA', 'sha512'], [stranger, 'PS256', 'sha256'], [stranger, 'RS256', 'sha256']];
    for (const [pair, alg, hash] of cases) {
      const answer = await play({ jwks, idToken: (c) => signed(pair, { ...c, at_hash: halfHash(ACCESS, hash) }, { alg }) });
      assert.equal(answer.location, `${w.instance.base}/`, alg);
    }
    const wrong = await play({ jwks, idToken: (c) => signed(edwards, { ...c, at_hash: halfHash(ACCESS, 'sha256') }, { alg: 'EdDSA' }) });
    assert.equal(problemOf(wrong), 'token-access-hash');
  }));

  it('is fetched anew for an unknown key, but not for ever', () => alone(async (w, play, liar) => {
    for (let i = 0; i < 9; i++) {
      liar.play = {};
      const answer = await play({ idToken: (c) => signed(stranger, c) });
      assert.ok(['token-key', 'busy'].includes(problemOf(answer)));
    }
    assert.ok(liar.requests.filter((p) => p === '/jwks').length <= 6);
  }));
});

describe('a provider', { skip: missing }, () => {
  const documents = {
    'whose document is of another issuer': (d) => ({ ...d, issuer: 'https://evil.example' }),
    'whose document lacks the issuer': (d) => ({ ...d, issuer: undefined }),
    'whose token address is not https': (d) => ({ ...d, token_endpoint: d.token_endpoint.replace('https', 'http') }),
    'whose keys are in a file': (d) => ({ ...d, jwks_uri: 'file:///etc/passwd' }),
    'whose authorization address has a user': (d) => ({ ...d, authorization_endpoint: 'https://a@127.0.0.1/' }),
    'without PKCE S256': (d) => ({ ...d, code_challenge_methods_supported: ['plain'] }),
    'without the code flow': (d) => ({ ...d, response_types_supported: ['id_token'] }),
  };
  for (const [name, discovery] of Object.entries(documents)) {
    it(`${name} is not gone to`, () => alone(async (w, play) => {
      assert.equal(problemOf(await play({ discovery })), 'discovery');
    }));
  }

  const answers = {
    'that answers without end': ['unreachable', (r) => {
      r.writeHead(200, { 'Content-Type': 'application/json' });
      const more = () => { while (!r.destroyed && r.write('x'.repeat(65536))); };
      r.on('drain', more).on('error', () => undefined);
      more();
    }],
    'that sends elsewhere': ['unreachable', (r) => r.writeHead(302, { Location: 'https://127.0.0.1:1/' }).end()],
    'that fails': ['unreachable', (r, reply) => reply(r, 500, {})],
    'that hangs up': ['unreachable', (r) => r.destroy()],
    'that says nothing': ['token-malformed', (r, reply) => reply(r, 200, '')],
    'that speaks no JSON': ['token-malformed', (r, reply) => reply(r, 200, '<html>', 'text/html')],
    'that speaks no UTF-8': ['token-malformed', (r, reply) => reply(r, 200, Buffer.from([0x7b, 0xff, 0x7d]))],
    'that gives no ID token': ['token-malformed', (r, reply) => reply(r, 200, { access_token: 'a', token_type: 'Bearer' })],
    'that gives a token of another type': ['token-malformed',
      (r, reply) => reply(r, 200, { access_token: 'a', token_type: 'mac', id_token: 'x' })],
    'that refuses the code': ['code', (r, reply) => reply(r, 400, { error: 'invalid_grant' })],
  };
  it('is believed nothing but a whole and proper answer', () => alone(async (w, play) => {
    for (const [name, [reason, token]] of Object.entries(answers)) {
      assert.equal(problemOf(await play({ token })), reason, name);
    }
  }));

  it('adds further claims only about the same subject, and never against the token', () => alone(async (w, play, { good }) => {
    const discovery = (d) => ({ ...d, userinfo_endpoint: d.issuer + '/userinfo' });
    const idToken = (c) => signed(good, { ...c, groups: ['staff'] });
    const wrong = await play({ discovery, idToken, userinfo: () => ({ sub: 'another', groups: ['officers'] }) });
    assert.equal(problemOf(wrong), 'userinfo');
    const browserAnswer = await play({ discovery, idToken, userinfo: () => ({ sub: 'subject', groups: ['officers'], name: 'Some One' }) });
    assert.equal(browserAnswer.location, `${w.instance.base}/`);
    const users = JSON.parse(w.instance.run('-o', 'json', 'user', 'list')).items;
    const made = users.find((u) => u.subject === 'subject');
    assert.deepEqual([made.rule, made.display_name], ['staff', 'Some One']);
  }));

  it('with a certificate that we do not trust is not spoken to', () => alone(async (w, play) => {
    assert.equal(problemOf(await play({})), 'unreachable');
  }, { ca_file: '/etc/ssl/certs/ca-certificates.crt' }));
});
