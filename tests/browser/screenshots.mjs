/* Takes the pictures of the README: node screenshots.mjs DIRECTORY [PARTNER]. The directory is a loaded
 * instance; a copy of it is served, and read by a user who is cleared for nothing above the lowest
 * level, so that the pictures show only what may be shown. PARTNER is part of the name of the one. */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve, signIn } from './server.mjs';
import { launch, ready } from './world.mjs';

const [directory, partner = ''] = process.argv.slice(2);
if (!directory) {
  console.error('usage: ENTENTE=build/src/cli/entente node screenshots.mjs DIRECTORY [PARTNER]');
  process.exit(2);
}
const images = fileURLToPath(new URL('../../docs/images/', import.meta.url));
mkdirSync(images, { recursive: true });

const copy = mkdtempSync(join(tmpdir(), 'entente-pictures-'));
cpSync(directory, copy, { recursive: true });
const server = await serve(copy);
const browser = await launch();

/* Signs a reader in who was made for the pictures; answers the cookie. */
async function reader(admin) {
  const account = { username: 'desk', password: 'only for these pictures' };
  const lowest = (await admin.call('GET', '/policy')).data.levels[0].name;
  await admin.call('POST', '/users', {
    ...account,
    display_name: 'Liaison desk',
    role: 'contributor',
    language: 'en',
    active: true,
    clearance: { class: lowest },
  });
  const answer = await fetch(server.base + '/api/v1/login', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(account),
  });
  if (!answer.ok) throw new Error(`signing in answered ${answer.status}`);
  const [pair] = answer.headers.get('set-cookie').split(';');
  return { name: pair.split('=')[0], value: pair.slice(pair.indexOf('=') + 1) };
}

try {
  const api = await signIn(server.base, server.link);
  const cookie = await reader(api);
  const rows = (await api.call('GET', `/portfolio?sort=-trust&limit=50&q=${encodeURIComponent(partner)}`))
    .data.items;
  /* The partner with the most evidence has the most to show. */
  const shown = rows.sort((a, b) => b.evidence - a.evidence)[0];
  const context = await browser.newContext({
    viewport: { width: 1400, height: 900 },
    locale: 'en-CA',
    colorScheme: 'light',
  });
  await context.addCookies([{ ...cookie, url: server.base }]);
  const page = await context.newPage();
  const take = async (name, path, { height = 900, settle = 600 } = {}) => {
    await page.setViewportSize({ width: 1400, height });
    await page.goto(server.base + path);
    await ready(page);
    await page.waitForTimeout(settle);
    await page.screenshot({ path: `${images}${name}.png` });
    console.log(`docs/images/${name}.png`);
  };
  await take('today', '/en');
  await take('partners', '/en/partners');
  if (shown) await take('partner', `/en/partners/${shown.partner}`, { height: 1560, settle: 2000 });
  await take('network', '/en/network', { settle: 2500 });
  const needs = (await api.call('GET', '/needs?state=open&sort=title')).data.items;
  const need = needs.find((n) => n.external_ids?.includes('exercise:need-flood')) ?? needs[0];
  if (need) {
    const { options } = (await api.call('GET', `/needs/${need.id}/options`)).data;
    await take('need', `/en/needs/${need.id}`, { height: 1400, settle: 1500 });
    if (options.length)
      await take('option', `/en/needs/${need.id}/options/${options[0].key}`, { height: 1400, settle: 1500 });
  }
  const [agreement] = (await api.call('GET', '/agreements?external_ids=exercise:agreement-transcom')).data
    .items;
  if (agreement) await take('agreement', `/en/agreements/${agreement.id}`, { height: 1400, settle: 1500 });
} finally {
  await browser.close();
  await server.stop();
  rmSync(copy, { recursive: true, force: true });
}
