/* The views of the network beside trust: a chain of introductions, risks and coverage; each against what
 * the service answers, with the keyboard, and reached from Introductions and Health. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { axe, build, missing, until, visit } from './world.mjs';

describe('paths, risks and coverage in the network', { skip: missing }, () => {
  let world, person;
  before(async () => {
    world = await build();
    const found = (await world.api.call('GET', '/actors?q=Duty')).data.items;
    person = found.find((a) => a.name_en === 'Duty officer A').id;
  });
  after(() => world.close());

  const get = async (path) => (await world.api.call('GET', path)).data;
  const nameOf = async (id) => (await get(`/actors/${id}`)).name_en;
  const rows = (page, name) => page.getByRole('region', { name: `${name}: table` }).locator('tbody tr');

  it('draws the chain that Introductions found, and tells it tie by tie', () =>
    visit(world, {}, async (page, open) => {
      const { paths } = await get(`/introductions?to=${person}&k=5`);
      await open(`/en/introductions?to=${person}`);
      await page.getByRole('link', { name: 'Show in the network: Chain 1' }).first().click();
      await page.waitForURL(`**/network?to=${person}&view=paths&chain=paths-1`);
      await page.getByText('On the chain').waitFor();
      const told = rows(page, 'The chain, tie by tie');
      assert.equal(await told.count(), paths[0].hops.length);
      for (const [i, hop] of paths[0].hops.entries()) {
        const text = await told.nth(i).textContent();
        assert.ok(text.includes(await nameOf(hop.from)) && text.includes(await nameOf(hop.to)));
        assert.ok(text.includes(`${Math.round(hop.strength * 100)}%`));
      }
      /* who is on the chain, and not around us, joined the drawing */
      const around = await get(`/network?center=${world.seeded.home}&depth=1`);
      const joined = paths[0].actors.filter((a) => !around.nodes.some((n) => n.id === a)).length;
      assert.ok(joined > 0);
      await page.getByText(`${around.nodes.length + joined} actors`, { exact: false }).waitFor();
      await page.getByRole('link', { name: 'All in Introductions' }).click();
      await page.waitForURL(`**/introductions?to=${person}`);
    }));

  it('draws another chain when it is chosen, and leaves out whom it is told to', () =>
    visit(world, {}, async (page, open) => {
      const { paths } = await get(`/introductions?to=${world.seeded.first}&k=5`);
      await open(`/en/network?view=paths&to=${world.seeded.first}`);
      const told = rows(page, 'The chain, tie by tie');
      if (paths.length > 1) {
        await page.getByLabel('Chain', { exact: true }).selectOption('paths-2');
        await until(async () => (await told.count()) === paths[1].hops.length);
      }
      await open(`/en/network?view=paths&to=${person}&without=${world.seeded.first}`);
      const without = await get(`/introductions?to=${person}&without=${world.seeded.first}`);
      if (without.paths.length) assert.equal(await told.count(), without.paths[0].hops.length);
      else await page.getByText('No chain is short enough').waitFor();
    }));

  it('leaves an actor out of the introductions, and compares alternatives without a common tie', () =>
    visit(world, {}, async (page, open) => {
      await open(`/en/introductions?to=${person}`);
      const answer = await get(`/introductions?to=${person}&k=5`);
      const others = page.locator('section[aria-labelledby="disjoint"] .chain');
      assert.equal(await others.count(), answer.disjoint.length - 1);
      await page.getByText('No tie', { exact: true }).click();
      await until(async () => (await others.count()) === answer.edge_disjoint.length - 1);
      assert.match(page.url(), /disjoint=edge/);
      const name = world.seeded.partners.find((p) => p.id === world.seeded.first).name;
      await page.getByRole('combobox', { name: 'Not through' }).fill(name);
      await page.getByRole('option', { name }).first().click();
      await until(() => page.url().includes(`without=${world.seeded.first}`));
      const left = await get(`/introductions?to=${person}&k=5&without=${world.seeded.first}`);
      if (left.paths.length)
        await until(
          async () => (await page.locator('section[aria-labelledby="paths"] .chain').count()) === left.paths.length,
        );
      else await page.getByText('No chain is short enough').waitFor();
    }));

  it('picks out each risk in the drawing and says the same in its table', () =>
    visit(world, {}, async (page, open) => {
      const [health, persons, dependence] = [await get('/health'), await get('/key-persons'), await get('/dependence')];
      await open('/en/health');
      await page.getByRole('link', { name: 'Show in the network: Bridges' }).click();
      await page.waitForURL('**/network?view=risks&risk=bridges');
      await page.getByText('Its end cuts a part off').waitFor();
      assert.equal(await rows(page, 'Bridges').count(), Math.min(8, health.bridges.length));
      await page.getByText('Key persons', { exact: true }).click();
      if (persons.items.length) assert.equal(await rows(page, 'Key persons').count(), Math.min(8, persons.items.length));
      await page.getByText('Rests on one person', { exact: true }).waitFor();
      await page.getByText('Needs that depend on one partner', { exact: true }).first().click();
      await page.getByText('Options for a need depend on it').waitFor();
      const relied = dependence.items.filter((i) => i.needs.length > 0);
      if (relied.length) assert.equal(await rows(page, 'Dependence').count(), Math.min(8, relied.length));
      await page.getByText('Actors on whom others hang', { exact: true }).first().click();
      await page.getByText('Without it, others are cut off').waitFor();
      if (health.articulation.length)
        assert.equal(await rows(page, 'Actors on whom others hang').count(), Math.min(8, health.articulation.length));
    }));

  it('goes through the marked actors with the keyboard', () =>
    visit(world, {}, async (page, open) => {
      await open('/en/network?view=risks&risk=bridges');
      const graph = page.getByRole('application', { name: 'Network graph' });
      await graph.focus();
      await page.keyboard.press('ArrowRight');
      await until(async () => (await page.locator('.network-selected h2').count()) === 1);
      await page.keyboard.press('Escape');
      await until(async () => (await page.locator('.network-selected h2').count()) === 0);
    }));

  it('loses no key that is pressed before the drawing is there', () =>
    visit(world, {}, async (page, open) => {
      let release;
      const held = new Promise((done) => (release = done));
      await page.route('**/part-sigma*', (route) => held.then(() => route.continue()));
      await open('/en/network');
      const graph = page.getByRole('application', { name: 'Network graph' });
      assert.equal(await graph.getAttribute('aria-busy'), 'true');
      await graph.focus();
      await page.keyboard.press('ArrowRight');
      await page.locator('.network-selected h2').waitFor();
      release();
      await until(async () => (await graph.getAttribute('aria-busy')) === 'false');
      await page.locator('.network-selected h2').waitFor();
      await page.keyboard.press('Escape');
      await until(async () => (await page.locator('.network-selected h2').count()) === 0);
    }));

  it('opens a cell of the coverage by audience, with the keyboard', () =>
    visit(world, {}, async (page, open) => {
      const coverage = await get('/coverage');
      const row = coverage.rows.find((r) => r.cells.some((c) => c.relationships > 0));
      const region = row.cells.find((c) => c.relationships > 0).region;
      const cells = row.cells.filter((c) => c.region === region);
      assert.ok(cells[0].region_name && cells[0].region_name_fr);
      await open('/en/health');
      await page.getByRole('link', { name: 'Show in the network: Coverage' }).click();
      await page.waitForURL('**/network?view=coverage');
      assert.equal(await rows(page, 'Coverage').count(), coverage.rows.length);
      const button = page.locator('.cell-button', { hasText: `, ${cells[0].region_name}:` }).first();
      await button.focus();
      await page.keyboard.press('Enter');
      await page.locator('.cell-detail').waitFor();
      assert.equal(await button.getAttribute('aria-pressed'), 'true');
      assert.deepEqual(await axe(page), []);
      await page.keyboard.press('Enter');
      await until(async () => (await page.locator('.cell-detail').count()) === 0);
    }));

  it('tells with whom to seek how to be introduced', () =>
    visit(world, {}, async (page, open) => {
      const { items } = await get('/discovery');
      await open('/en/health');
      const told = rows(page, 'Whom to seek');
      assert.equal(await told.count(), Math.min(8, items.length));
      const at = items.slice(0, 8).findIndex((i) => i.introduction);
      if (at >= 0) {
        const text = await told.nth(at).textContent();
        assert.ok(text.includes(`${Math.round(items[at].introduction.probability * 100)}%`));
      }
    }));
});
