/* The plan and accepting a line of it, who can introduce us and asking for it, the health of the network:
 * each page against what the service answers. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { axe, build, missing, ready, until, visit } from './world.mjs';

describe('the plan, introductions and the health of the network', { skip: missing }, () => {
  let world, person;
  before(async () => {
    world = await build();
    const found = (await world.api.call('GET', '/actors?q=Duty')).data.items;
    person = found.find((a) => a.name_en === 'Duty officer A').id;
  });
  after(() => world.close());

  const get = async (path) => (await world.api.call('GET', path)).data;
  const linesOf = (plan) => plan.weeks.flatMap((w) => w.lines);

  it('shows the plan by day and as a list, for the hours that are asked', () =>
    visit(world, {}, async (page, open) => {
      const lines = linesOf(await get('/plan?hours=12&weeks=1'));
      assert.ok(lines.length > 0);
      await open('/en/plan');
      assert.equal(await page.locator('.plan-line').count(), lines.length);
      assert.ok((await page.locator('.plan-line').first().textContent()).includes(lines[0].because.en));
      await page.getByText('As a list').click();
      await until(async () => (await page.locator('.plan-table tbody tr').count()) === lines.length);
      await page.getByLabel('Free hours a week, as a number').fill('0');
      await page.getByText('There is nothing to plan').waitFor();
      assert.equal(await page.getByRole('region', { name: 'Compared: table' }).locator('tbody tr').count(), 3);
    }));

  it('makes a planned engagement of a line that is accepted, and then leaves the partner out', () =>
    visit(world, {}, async (page, open) => {
      const [line] = linesOf(await get('/plan?hours=12&weeks=1'));
      const name = world.seeded.partners.find((p) => p.id === line.partner).name;
      const planned = async () => (await get('/engagements?status=planned&limit=200')).items;
      const known = (await planned()).length;
      await open('/en/plan');
      await page.getByRole('button', { name: `Accept: ${name}` }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Title').fill('Talk about the harbour');
      assert.deepEqual(await axe(page), []);
      await dialog.getByRole('button', { name: 'Accept', exact: true }).click();
      await page.getByText('It is now a planned engagement.').waitFor();
      const now = await planned();
      assert.equal(now.length, known + 1);
      const made = now.find((e) => e.title === 'Talk about the harbour');
      assert.equal(made.mode, line.type);
      assert.equal(made.when, line.on);
      assert.ok(made.participants.some((p) => p.actor === line.partner));
      const rows = page.locator('section[aria-labelledby="planned"] li', { hasText: name });
      await rows.getByText('Accepted', { exact: true }).waitFor();
      await until(async () => (await page.getByRole('button', { name: `Accept: ${name}` }).count()) === 0);
      await page.getByRole('button', { name: 'Open', exact: true }).click();
      await page.waitForURL(`**/records/engagements/${made.id}`);
      await page.getByRole('heading', { name: 'Talk about the harbour', level: 1 }).waitFor();
    }));

  it('finds a chain to a person, with its ties, and makes a draft request of it', () =>
    visit(world, {}, async (page, open) => {
      const answer = await get(`/introductions?to=${person}&k=5`);
      const [best] = answer.paths;
      assert.deepEqual(best.actors.slice(0, 2), [world.seeded.home, world.seeded.first]);
      await open(`/en/introductions?to=${person}`);
      const chain = page.locator('.chain').first();
      assert.equal(await page.locator('section[aria-labelledby="paths"] .chain').count(), answer.paths.length);
      assert.equal(await chain.locator('.tie').count(), best.hops.length);
      assert.match(await chain.textContent(), /Liaison Cell.*Relationship.*Northland.*Head of plans.*Duty officer A/);
      await chain.getByRole('button', { name: 'Ask for an introduction' }).click();
      assert.deepEqual(await axe(page), []);
      await page.getByRole('dialog').getByLabel('What is asked').fill('Please introduce us.');
      await page.getByRole('dialog').getByRole('button', { name: 'Save draft' }).click();
      await page.waitForURL('**/records/requests/*');
      await ready(page);
      const made = await get('/requests/' + new URL(page.url()).pathname.split('/').pop());
      assert.equal(made.state, 'draft');
      assert.equal(made.to, world.seeded.first);
    }));

  it('leads from a partner without a relationship to those who can introduce us', () =>
    visit(world, {}, async (page, open) => {
      await open(`/fr/partners/${person}`);
      await page.getByRole('link', { name: 'Qui peut nous présenter ?' }).click();
      await page.waitForURL(`**/introductions?to=${person}`);
      await page.getByRole('heading', { name: /^Meilleures chaînes/ }).waitFor();
    }));

  it('says why there is no chain', () =>
    visit(world, {}, async (page, open) => {
      await open(`/en/introductions?to=${world.seeded.home}`);
      await page.getByText('That is the one who asks').waitFor();
      await open('/en/introductions?topic=nothing-of-the-kind');
      await page.getByText('Nobody on record gives access to it').waitFor();
    }));

  it('leads from the persons on whom relationships rest to the handover of a post', () =>
    visit(world, {}, async (page, open) => {
      const items = (await get('/key-persons')).items;
      await open('/en/continuity');
      if (items.length) assert.equal(await page.getByRole('link', { name: /^Handover pack/ }).count(), items.length);
      else await page.getByText('No relationship rests on one person').waitFor();
      const posts = (await get('/actors?q=plans')).items;
      const post = posts.find((a) => a.name_en === 'Head of plans').id;
      await open(`/fr/handover/${post}`);
      await page.getByRole('heading', { name: 'Chef des plans', level: 1 }).waitFor();
      await page.locator('section[aria-labelledby="tours"]').getByText('Officier de service A').waitFor();
      const paper = await page.getByRole('link', { name: 'Page à imprimer' }).getAttribute('href');
      const answer = await page.request.get(world.base + paper);
      assert.equal(answer.status(), 200);
      assert.match(answer.headers()['content-type'], /text\/html/);
    }));

  it('shows where the network would break and what it covers', () =>
    visit(world, {}, async (page, open) => {
      const [health, coverage] = [await get('/health'), await get('/coverage')];
      await open('/en/health');
      const rows = (name) => page.getByRole('region', { name: `${name}: table` }).locator('tbody tr');
      assert.ok(health.bridges.length > 0);
      assert.equal(await rows('Bridges').count(), Math.min(8, health.bridges.length));
      assert.equal(await rows('Coverage').count(), coverage.rows.length);
      assert.equal(await rows('Trust by audience').count(), Math.min(8, health.audiences.length));
    }));
});
