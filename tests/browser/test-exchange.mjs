/* Two instances and a browser before one of them: they meet, a bundle goes by file and comes back as a
 * receipt, a retraction follows and its proof is shown; and a partner's view hides what it must. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { entente, newDirectory } from './server.mjs';
import { axe, build, missing, ready, until, visit } from './world.mjs';

const SECRET = { class: 'SECRET', permissive: { 'Releasable To': [['CAN']] } };

describe('exchange between two instances', { skip: missing }, () => {
  let world, other, peer, open_, hidden;
  const file = (name) => join(other.dir, name);
  const there = (...args) => entente(other.dir, ...args);
  const partner = (name, label) =>
    world.api.call('POST', '/actors', { nature: 'organisation', name_en: name, label }).then((a) => a.data.id);

  before(async () => {
    world = await build();
    other = newDirectory();
    writeFileSync(file('their.card'), there('exchange', 'card', '--name', 'The other side'));
    open_ = await partner('Open harbour office', { class: 'UNCLASSIFIED' });
    hidden = await partner('Hidden lighthouse', SECRET);
    /* They meet us by the command line; we meet them in the browser. */
    writeFileSync(file('our.card'), entente(world.dir, 'exchange', 'card', '--name', 'Liaison Cell'));
    there('peer', 'meet', file('our.card'), '--clearance', 'RESTRICTED');
    there('peer', 'confirm', 'Liaison Cell', fingerprint(entente(world.dir, 'exchange', 'fingerprint')));
  });
  after(async () => {
    other.remove();
    await world.close();
  });

  const fingerprint = (said) => /(\d{5}[ -]?){8}/.exec(said)[0].trim();
  const saved = async (page, click, name) => {
    const [download] = await Promise.all([page.waitForEvent('download'), click()]);
    await download.saveAs(file(name));
  };

  it('meets a partner by its card and refuses a fingerprint that is not its own', () =>
    visit(world, {}, async (page, open) => {
      await open('/en/exchange');
      await page.getByRole('button', { name: 'Meet a partner' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.locator('input[type=file]').first().setInputFiles(file('their.card'));
      assert.deepEqual(await axe(page), []);
      await dialog.getByRole('button', { name: 'Meet', exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
      const { items } = (await world.api.call('GET', '/peers')).data;
      peer = items[0].id;
      assert.equal(items[0].state, 'met');
      await open(`/en/exchange/${peer}`);
      const box = page.getByLabel('Fingerprint they read out');
      assert.equal((await page.content()).includes(fingerprint(there('exchange', 'fingerprint')).slice(0, 11)), false);
      await box.fill('00000 00000 00000 00000 00000 00000 00000 00000');
      await page.getByRole('button', { name: 'Confirm', exact: true }).click();
      await page.getByRole('alert').first().waitFor();
      assert.equal((await world.api.call('GET', `/peers/${peer}`)).data.state, 'met');
      await box.fill(fingerprint(there('exchange', 'fingerprint')));
      await page.getByRole('button', { name: 'Confirm', exact: true }).click();
      await until(async () => (await world.api.call('GET', `/peers/${peer}`)).data.state === 'confirmed');
      const { etag } = await world.api.call('GET', `/peers/${peer}`);
      await world.api.call('PATCH', `/peers/${peer}`, { clearance: { class: 'RESTRICTED' } }, { 'If-Match': etag });
    }));

  it('makes a bundle of what they may see, and takes the receipt', () =>
    visit(world, {}, async (page, open) => {
      await open(`/en/exchange/${peer}`);
      assert.match(await page.locator('main').innerText(), /Hidden lighthouse[\s\S]*class/);
      await saved(page, () => page.getByRole('button', { name: 'Make the bundle' }).click(), 'one.bundle');
      there('exchange', 'import', file('one.bundle'));
      assert.match(there('actor', 'list', '--q', 'harbour office'), /Open harbour office/);
      assert.doesNotMatch(there('actor', 'list', '--q', 'lighthouse'), /Hidden lighthouse/);
      await open('/en/exchange');
      await page.getByLabel('Receipt file').setInputFiles(file('one.bundle.receipt'));
      await page.getByText('They took bundle 1.').waitFor();
    }));

  it('tells of a retraction, and shows the proof that it arrived', () =>
    visit(world, {}, async (page, open) => {
      const { etag } = await world.api.call('GET', `/actors/${open_}`);
      await world.api.call('POST', `/actors/${open_}/retract`, { reason: 'closed' }, { 'If-Match': etag });
      await open(`/en/exchange/${peer}`);
      await saved(page, () => page.getByRole('button', { name: 'Make the bundle' }).click(), 'two.bundle');
      there('exchange', 'import', file('two.bundle'));
      assert.doesNotMatch(there('actor', 'list', '--q', 'harbour office'), /Open harbour office/);
      await open('/en/exchange');
      await page.getByLabel('Receipt file').setInputFiles(file('two.bundle.receipt'));
      await page.getByText('They took bundle 2.').waitFor();
      await open(`/en/records/actors/${open_}`);
      await page.getByText('The retraction arrived: The other side.').waitFor();
    }));

  it('looks into a bundle first, and refuses one that was changed on its way', () =>
    visit(world, {}, async (page, open) => {
      there('actor', 'create', '--nature', 'organisation', '--name-en', 'Their port authority');
      there('exchange', 'export', 'Liaison Cell', '--out', file('theirs.bundle'));
      const bytes = readFileSync(file('theirs.bundle'));
      bytes[bytes.length - 40] ^= 1;
      writeFileSync(file('changed.bundle'), bytes);
      await open('/en/exchange');
      await page.getByLabel('Bundle file').setInputFiles(file('changed.bundle'));
      await until(async () => /damaged|changed|cut short/i.test(await page.locator('main').innerText()));
      assert.equal(await page.getByRole('button', { name: 'Take this bundle' }).count(), 0);
      await page.getByLabel('Bundle file').setInputFiles(file('theirs.bundle'));
      await page.getByRole('button', { name: 'Take this bundle' }).click();
      await page.getByText('The bundle was taken.').first().waitFor();
      const found = (await world.api.call('GET', '/actors?q=port+authority')).data.items;
      assert.equal(found.length, 1);
      await open(`/en/records/actors/${found[0].id}`);
      await page.getByText('From The other side.').waitFor();
      assert.deepEqual(await axe(page), []);
    }));

  it('shows every page as a partner sees it, and nothing more', () =>
    visit(world, {}, async (page, open) => {
      await open(`/en/exchange/${peer}`);
      await page.getByRole('button', { name: 'See as The other side' }).click();
      await page.getByText('You see what The other side sees.').waitFor();
      assert.deepEqual(await axe(page), []);
      await page.goto(`${world.base}/en/search?q=lighthouse`);
      await ready(page);
      assert.doesNotMatch(await page.locator('main').innerText(), /Hidden lighthouse/);
      await page.getByRole('button', { name: 'Back to your own view' }).click();
      await page.goto(`${world.base}/en/search?q=lighthouse`);
      await ready(page);
      await page.getByText('Hidden lighthouse').first().waitFor();
      assert.ok(hidden);
    }));
});
