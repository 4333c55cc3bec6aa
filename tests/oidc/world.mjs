/* An instance beside the provider it trusts, and what the tests do with both. */
import { readFileSync } from 'node:fs';
import { Browser } from './browser.mjs';
import { certificate, freePort, Instance, newFolder } from './instance.mjs';
import { CLIENT, newKey, passProvider, SECRET, startProvider } from './provider.mjs';

export const RULES = [
  { name: 'officers', when: { groups: 'officers' }, role: 'steward',
    clearance: { class: 'SECRET', permissive: { 'Releasable To': ['CAN'] } } },
  { name: 'claimed', when: { groups: ['claimed'] }, role: 'reader', clearance_claim: 'clearance',
    clearance_ceiling: { class: 'SECRET' } },
  { name: 'staff', when: { groups: 'staff' }, role: 'reader', clearance: { class: 'UNCLASSIFIED' } },
];

export async function newWorld({ alg = 'RS256', authMethod = 'client_secret_basic', oidc = {}, config = {}, provider = true } = {}) {
  const place = newFolder();
  const [port, own] = [await freePort(), await freePort()];
  const tls = certificate(place.folder);
  const instance = new Instance(place.folder, own);
  const callback = `${instance.base}/oidc/callback`;
  const w = { place, port, tls, instance, callback, ca: readFileSync(tls.cert), issuer: `https://127.0.0.1:${port}` };
  w.keys = [newKey(alg, 'first')];
  w.startProvider = async (more = {}) => {
    w.provider = await startProvider({ port, tls, keys: w.keys, redirect: callback, alg, authMethod, ...more });
  };
  if (provider) await w.startProvider();
  const secret = authMethod !== 'none';
  if (secret) instance.write('oidc-secret', SECRET + '\n');
  instance.config({
    ...config,
    oidc: { name_en: 'Test sign-on', name_fr: 'Connexion d’essai', issuer: w.issuer, client_id: CLIENT,
      ...(secret ? { client_secret_file: 'oidc-secret' } : {}), redirect: callback, ca_file: tls.cert,
      scopes: ['profile', 'entente'], rules: RULES, ...oidc },
  });
  w.start = () => instance.start();
  w.newBrowser = (address) => new Browser({ ca: w.ca, address });
  /* The way to the provider and through its pages; the way back is the test's. */
  w.reach = (browser, login, query = '') => passProvider(browser, `${instance.base}/oidc/login${query}`, login, callback);
  w.signIn = async (browser, login, query) => browser.get(await w.reach(browser, login, query));
  w.me = (browser) => browser.get(`${instance.base}/api/v1/me`);
  w.stop = async () => {
    await instance.stop();
    await w.provider?.stop();
    place.remove();
  };
  return w;
}

export const problemOf = (answer) => new URL(answer.location).searchParams.get('problem');
