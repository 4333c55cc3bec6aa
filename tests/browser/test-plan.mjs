/* The plan in full: of several persons, without days, accepted by the week, to a calendar and back; and
 * what fades on Today and among the partners, as it stands and as it changes under the reader's eyes. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { iso } from './seed.mjs';
import { axe, build, missing, ready, until, visit } from './world.mjs';

describe('the plan of several persons, and what fades', { skip: missing }, () => {
  let world, avery, blake;
  const get = async (path) => (await world.api.call('GET', path)).data;
  const post = async (path, body) => (await world.api.call('POST', path, body)).data;
  const linesOf = (plan) => plan.weeks.flatMap((w) => w.lines);
  const nameOf = (id) => world.seeded.partners.find((p) => p.id === id).name;

  before(async () => {
    world = await build();
    [avery, blake] = [
      await post('/actors', { nature: 'person', name_en: 'Officer Avery' }),
      await post('/actors', { nature: 'person', name_en: 'Officer Blake' }),
    ];
    for (const [i, id] of world.seeded.relationships.map((r) => r.id).entries()) {
      const { etag } = await world.api.call('GET', `/relationships/${id}`);
      if (i < 4)
        await world.api.call('PATCH', `/relationships/${id}`, { steward: (i % 2 ? blake : avery).id }, {
          'If-Match': etag,
        });
    }
    for (const { id } of world.seeded.partners.slice(0, 3)) {
      const { etag } = await world.api.call('GET', `/actors/${id}`);
      await world.api.call('PATCH', `/actors/${id}`, { country: 'FRA' }, { 'If-Match': etag });
    }
    /* what was planned anyhow would leave little to plan */
    for (const e of (await get('/engagements?status=planned&limit=200')).items) {
      const { etag } = await world.api.call('GET', `/engagements/${e.id}`);
      await world.api.call('PATCH', `/engagements/${e.id}`, { status: 'cancelled' }, { 'If-Match': etag });
    }
  });
  after(() => world.close());

  it('has a board for each person whose hours are given, and leaves days off free', () =>
    visit(world, {}, async (page, open) => {
      await open('/en/plan');
      const picker = page.getByRole('combobox', { name: 'Add a person' });
      for (const who of ['Officer Avery', 'Officer Blake']) {
        await picker.fill(who);
        await page.getByRole('option', { name: who }).click();
        await page.getByLabel(`Hours a week: ${who}`).waitFor();
      }
      await page.getByLabel('Hours a week: Officer Blake').fill('4/0');
      await until(async () => page.url().includes('4/0') || page.url().includes('4%2F0'));
      const plan = await get(`/plan?weeks=1&budgets=${avery.id}=6,${blake.id}=4/0`);
      assert.ok(linesOf(plan).length > 1);
      await until(async () => (await page.locator('.plan-line').count()) === linesOf(plan).length);
      assert.equal(await page.locator('.plan-person').count(), 2);
      for (const who of [avery, blake]) {
        const board = page.locator('.plan-person', { hasText: who.name_en });
        const own = linesOf(plan).filter((l) => l.person === who.id);
        assert.equal(await board.locator('.plan-line').count(), own.length);
      }
      await page.locator('section[aria-labelledby="unserved"]').getByText(nameOf(plan.unserved[0].partner)).waitFor();
      await page.locator('label', { hasText: 'Officer Blake' }).click();
      await until(async () => (await page.locator('.plan-person').count()) === 1);
      assert.deepEqual(await axe(page), []);
      const off = plan.weeks[0].lines[0].on;
      await page.getByLabel('Add a day off').fill(off);
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      await page.getByRole('button', { name: `Remove ${off}` }).waitFor();
      const less = await get(`/plan?weeks=1&budgets=${avery.id}=6,${blake.id}=4/0&blackout=${off}`);
      assert.ok(less.weeks[0].hours < plan.weeks[0].hours);
      assert.ok(linesOf(less).every((l) => l.on !== off));
      await page.locator('label', { hasText: 'Everybody' }).click();
      await until(async () => (await page.locator('.plan-line').count()) === linesOf(less).length);
    }));

  it('shows why, what is lost, the trip of visits, and the plan beside other ways', () =>
    visit(world, {}, async (page, open) => {
      const plan = await get('/plan?hours=40&weeks=1');
      await open('/en/plan?hours=40');
      const first = page.locator('.plan-line').first();
      await first.getByText('Why now').waitFor();
      await first.getByText('Lost if skipped').waitFor();
      const trips = plan.weeks[0].trips;
      assert.ok(trips.length > 0);
      assert.equal(await page.locator('.plan-trip').count(), trips.length);
      const visits = plan.weeks[0].lines.filter((l) => l.trip === trips[0].trip);
      const group = page.locator('.plan-trip', { hasText: 'Trip to France' });
      assert.equal(await group.locator('.plan-line').count(), visits.length);
      const chart = page.getByRole('img', { name: 'Trust at the end, by way of spending the hours' });
      assert.equal(await chart.locator('.way').count(), 3);
      assert.equal(await page.getByRole('region', { name: 'Compared: table' }).locator('tbody tr').count(), 3);
    }));

  it('accepts a whole week but for what is left out, and gives it to a calendar', () =>
    visit(world, {}, async (page, open) => {
      const planned = async () => (await get('/engagements?status=planned&limit=200')).items;
      const lines = linesOf(await get('/plan?hours=12&weeks=1'));
      assert.ok(lines.length > 2);
      await open('/en/plan');
      await page.getByRole('button', { name: `Accept all ${lines.length} lines` }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel(nameOf(lines[0].partner)).uncheck();
      assert.deepEqual(await axe(page), []);
      const asked = lines.length - 1;
      await dialog.getByRole('button', { name: `Accept ${asked} line` }).click();
      await page.getByText(/planned engagement/).first().waitFor();
      await until(async () => (await planned()).length === asked);
      const made = await planned();
      assert.ok(made.every((e) => e.external_ids[0].startsWith('plan:')));
      assert.ok(made.every((e) => e.participants.every((p) => p.actor !== lines[0].partner)));
      const href = await page.getByRole('link', { name: 'Accepted lines (.ics)' }).getAttribute('href');
      const file = await (await page.request.get(world.base + href)).text();
      assert.equal(file.match(/BEGIN:VEVENT/g).length, asked);
      assert.ok(!/BEGIN:VTODO/.test(file));
      for (const e of made) assert.ok(file.replace(/\r\n /g, '').includes(`urn:uuid:${e.id}`));
    }));

  it('makes a feed address that a calendar program can read, once', () =>
    visit(world, {}, async (page, open) => {
      await open('/en/plan');
      await page.getByRole('button', { name: 'Make a feed address' }).click();
      const address = await page.getByLabel('Feed address').inputValue();
      assert.match(address, new RegExp(`^${world.base}/feeds/ent_.+\\.ics$`));
      assert.deepEqual(await axe(page), []);
      const answer = await fetch(address);
      assert.equal(answer.status, 200);
      assert.match(await answer.text(), /^BEGIN:VCALENDAR/);
      await open('/en/account');
      await page.getByRole('cell', { name: 'Calendar feed' }).waitFor();
    }));

  it('brings a calendar file in after a trial run', () =>
    visit(world, {}, async (page, open) => {
      const day = iso(9).replace(/-/g, '');
      const text = [
        'BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', 'BEGIN:VEVENT', 'UID:brought-in-1',
        `DTSTAMP:${day}T080000Z`, `DTSTART;VALUE=DATE:${day}`, 'SUMMARY:Brought in by file', 'END:VEVENT',
        'END:VCALENDAR', '',
      ].join('\r\n');
      const found = async () =>
        (await get('/engagements?status=planned&limit=200')).items.filter((e) => e.title === 'Brought in by file');
      await open('/en/plan');
      await page.getByLabel('Calendar file (.ics)').setInputFiles({
        name: 'meetings.ics', mimeType: 'text/calendar', buffer: Buffer.from(text),
      });
      const importing = page.getByRole('button', { name: 'Import', exact: true });
      assert.ok(await importing.isDisabled());
      await page.getByRole('button', { name: 'Trial run' }).click();
      await page.getByRole('heading', { name: 'Trial run: nothing was written' }).waitFor();
      assert.equal((await found()).length, 0);
      await importing.click();
      await page.getByRole('heading', { name: 'The file was imported.' }).waitFor();
      assert.equal((await found()).length, 1);
    }));

  it('tells on Today and among the partners what fades, with whom and how contact was', () =>
    visit(world, {}, async (page, open) => {
      const partner = await post('/actors', { nature: 'organisation', name_en: 'Faraway Port' });
      const tie = await post('/relationships', {
        a: world.seeded.home, b: partner.id, nature: 'institutional', priority: 'T1', cadence_longest: 30,
      });
      for (const days of [-40, -41, -42, -43])
        await post('/engagements', {
          title: 'Call of the port', when: iso(days), mode: 'call', status: 'held',
          participants: [{ actor: partner.id }, { actor: world.seeded.home }, { actor: avery.id }],
        });
      await open('/en');
      const row = page.locator('section[aria-labelledby="fading"] li', { hasText: 'Faraway Port' });
      const show = page.locator('section[aria-labelledby="fading"]').getByRole('button', { name: /^Show/ });
      if (await show.count()) await show.click();
      await row.getByText('Contact 10 days overdue').waitFor();
      await row.getByRole('link', { name: 'Call' }).waitFor();
      await row.getByRole('link', { name: 'Officer Avery' }).waitFor();
      await row.getByText('They always begin').waitFor();
      assert.deepEqual(await axe(page), []);
      await page.locator('section[aria-labelledby="fading"]').getByRole('link', { name: 'Plan the hours' }).click();
      await page.waitForURL('**/en/plan');
      await open('/en/partners');
      await page.getByLabel('Attention').selectOption('one_sided');
      const { items } = await get('/portfolio?attention=one_sided&limit=50');
      const rows = page.locator('table.portfolio tbody tr');
      await until(async () => (await rows.count()) === items.length);
      await rows.filter({ hasText: 'Faraway Port' }).getByText('They always begin').waitFor();
      await page.getByRole('button', { name: 'Fades' }).click();
      await until(async () => page.url().includes('sort=fading_on'));
      assert.deepEqual(await axe(page), []);

      /* a meeting that somebody else enters changes the state: the reader is told, nothing moves */
      await post('/engagements', {
        title: 'Met again', when: iso(0), mode: 'meeting', status: 'held', relationships: [tie.id],
        participants: [{ actor: world.seeded.home }, { actor: partner.id }],
      });
      await page.getByText('attention to 1 relationship changed').waitFor();
      await page.getByRole('button', { name: 'Refresh' }).click();
      await rows.filter({ hasText: 'Faraway Port' }).getByText('in touch').waitFor();
    }));

  it('goes to the plan, introductions, health and continuity by keys, and lists them', () =>
    visit(world, {}, async (page, open) => {
      await open('/en');
      for (const [key, path] of [
        ['l', 'plan'], ['i', 'introductions'], ['h', 'health'], ['o', 'continuity'], ['b', 'needs'], ['r', 'requests'],
      ]) {
        await page.keyboard.press('g');
        await page.keyboard.press(key);
        await page.waitForURL(`**/en/${path}`);
        await ready(page);
      }
      await page.keyboard.press('?');
      for (const text of ['Go to the plan', 'Go to the introductions', 'Go to continuity'])
        await page.getByRole('dialog').getByText(text).waitFor();
    }));
});
