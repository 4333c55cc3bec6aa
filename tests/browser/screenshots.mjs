/* Takes the pictures of the README: node screenshots.mjs DIRECTORY [PARTNER]. The directory is a loaded
 * instance that no program serves at the moment; PARTNER is part of the name of the one to show. */
import { mkdirSync } from 'node:fs';
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

const server = await serve(directory);
const browser = await launch();
try {
  const api = await signIn(server.base, server.link);
  const rows = (await api.call('GET', `/portfolio?sort=-trust&limit=50&q=${encodeURIComponent(partner)}`)).data.items;
  /* The partner with the most evidence has the most to show. */
  const shown = rows.sort((a, b) => b.evidence - a.evidence)[0];
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, locale: 'en-CA', colorScheme: 'light' });
  await context.addCookies([{ ...api.cookie, url: server.base }]);
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
  if (shown) await take('partner', `/en/partners/${shown.partner}`, { height: 1250, settle: 1500 });
  await take('network', '/en/network', { settle: 2500 });
} finally {
  await browser.close();
  await server.stop();
}
