/* The npm package oidc-provider as the identity provider of a test, over HTTPS on the loopback. */
import { generateKeyPairSync, webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import https from 'node:https';

globalThis.crypto ??= webcrypto; /* Node 18 has it behind a flag */
const { default: Provider } = await import('oidc-provider');

export const CLIENT = 'entente-test';
export const SECRET = 'a secret: with +/=% and spaces';

const PEOPLE = {
  alice: { name: 'Alice Arsenault', groups: ['staff', 'officers'], preferred_username: 'alice', locale: 'fr-CA' },
  bob: { name: 'Bob Bouchard', groups: ['staff'], preferred_username: 'bob' },
  carol: { name: 'Carol', groups: ['visitors'], preferred_username: 'carol' },
  dora: { name: 'Dora', groups: ['claimed'], preferred_username: 'dora', clearance: { class: 'TOP SECRET' } },
  taken: { name: 'Taken', groups: ['staff'], preferred_username: 'admin' },
  nameless: { name: 'Nameless', groups: ['staff'] },
};

/* What people are can be changed by a test, as a directory would. */
export const people = structuredClone(PEOPLE);

const makers = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
};

export function newKey(alg, kid) {
  return { ...makers[alg]().privateKey.export({ format: 'jwk' }), alg, kid, use: 'sig' };
}

/* Listens; `keys` are private JWKs. Restarted with other keys at the same port, it has rotated. */
export async function startProvider({ port, tls, keys, redirect, alg = 'RS256', authMethod = 'client_secret_basic' }) {
  const issuer = `https://127.0.0.1:${port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: CLIENT,
      ...(authMethod === 'none' ? {} : { client_secret: SECRET }),
      redirect_uris: [redirect],
      response_types: ['code'],
      grant_types: ['authorization_code'],
      token_endpoint_auth_method: authMethod,
      id_token_signed_response_alg: alg,
    }],
    jwks: { keys },
    cookies: { keys: ['only for tests'] },
    claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'locale'],
      entente: ['groups', 'clearance'] },
    scopes: ['openid', 'profile', 'entente'],
    pkce: { required: () => true, methods: ['S256'] },
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA'] },
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post'],
    features: { devInteractions: { enabled: true } },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: `subject-of-${id}`, ...people[id] }) }),
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, AuthorizationCode: 60, IdToken: 600 },
  });
  const requests = [];
  const handle = provider.callback();
  const server = https.createServer(
    { key: readFileSync(tls.key), cert: readFileSync(tls.cert) },
    (request, response) => {
      requests.push(request.url);
      handle(request, response);
    });
  await new Promise((resolve, reject) => {
    server.on('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return {
    issuer,
    requests,
    stop: () => new Promise((done) => {
      server.close(done);
      server.closeAllConnections();
    }),
  };
}

/* Signs `login` in at the provider's own pages and stops before the way back is taken: returns the
 * address at which the browser would arrive. */
export async function passProvider(browser, start, login, callback) {
  const arrives = (address) => address.startsWith(callback);
  let answer = await browser.follow(start, arrives);
  for (let i = 0; i < 4 && !(answer.location && arrives(answer.location)); i++) {
    const action = /action="([^"]+)"/.exec(answer.text);
    const prompt = /name="prompt" value="([^"]+)"/.exec(answer.text);
    if (!action || !prompt) throw new Error(`no form at ${answer.url}: ${answer.status} ${answer.text.slice(0, 400)}`);
    const form = { prompt: prompt[1], ...(prompt[1] === 'login' ? { login, password: 'any' } : {}) };
    answer = await browser.ask('POST', new URL(action[1], answer.url).href, { form });
    if (answer.location && !arrives(answer.location)) answer = await browser.follow(answer.location, arrives);
  }
  if (!answer.location) throw new Error(`the provider does not send back: ${answer.text.slice(0, 400)}`);
  return answer.location;
}
