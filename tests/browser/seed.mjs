/* A small invented network: enough for every page to have something to show. No names of people. */
import { seedOptions } from './seedoptions.mjs';

const DAY = 86400000;
export const iso = (days) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);

const PARTNERS = [
  ['Northland', 'Nordlande', 'T1', 'maintain', 'partner_nation'],
  ['Eastmark', 'Marche-de-l’Est', 'T2', 'develop', 'ally'],
  ['Southport', 'Port-du-Sud', 'T3', 'improve', 'partner_nation'],
  ['Relief Union', 'Union de secours', 'T2', 'maintain', 'ngo'],
  ['Harbour Institute', 'Institut du havre', 'T4', 'initiate', 'academia'],
];
const TASKS = [
  'Share the exercise lessons',
  'Send the list of observers',
  'Provide two liaison officers',
  'Return the signed annex',
  'Answer the request for supplies',
  'Open the training slots',
];

async function relate(post, home, partner, k) {
  const relationship = await post('/relationships', {
    a: home,
    b: partner.id,
    nature: 'institutional',
    horizon: 'strategic',
    term: 'enduring',
    from: '2023-04',
    purpose: 'Combined training and disaster relief',
    priority: partner.priority,
    posture: partner.posture,
    cadence_ideal: 30,
    cadence_longest: 60,
  });
  for (let i = 0; i < 8; i++) {
    const ours = (i + k) % 2 === 0,
      days = -40 - 60 * i,
      good = (i * 7 + k * 3) % 5 !== 0;
    await post('/commitments', {
      from: ours ? home : partner.id,
      to: ours ? partner.id : home,
      text: TASKS[(i + k) % TASKS.length],
      due: iso(days),
      stakes: ['routine', 'significant', 'critical'][(i + k) % 3],
      state: good ? 'kept' : 'broken',
      made_on: iso(days - 30),
      decided_on: iso(days - (good ? 2 : -3)),
    });
  }
  await post('/commitments', {
    from: partner.id,
    to: home,
    text: 'Deliver the weekly picture',
    due: iso(k % 2 ? -6 : 9),
    stakes: 'routine',
    state: 'open',
    made_on: iso(-30),
  });
  for (const [days, mode, title] of [
    [-8 - 25 * k, 'meeting', 'Staff talks'],
    [-150, 'exercise', 'Table-top exercise'],
    [12 + k, 'visit', 'Visit of the liaison cell'],
  ])
    await post('/engagements', {
      title: `${title} with ${partner.name}`,
      when: iso(days),
      mode,
      status: days > 0 ? 'planned' : 'held',
      participants: [{ actor: home }, { actor: partner.id }],
      ...(days > 0 ? {} : { outcome: 'positive', summary: 'Agreed the next steps.' }),
    });
  return relationship;
}

/* Fills the instance; `home` is set by the caller, since only the owner of the machine may. */
export async function seed(api) {
  const post = async (path, body) => (await api.call('POST', path, body)).data;
  const home = await post('/actors', {
    nature: 'organisation',
    name_en: 'Liaison Cell',
    name_fr: 'Cellule de liaison',
    audience: 'internal',
  });
  const partners = [];
  for (const [name, fr, priority, posture, audience] of PARTNERS) {
    const actor = await post('/actors', {
      nature: audience === 'partner_nation' || audience === 'ally' ? 'state' : 'organisation',
      name_en: name,
      name_fr: fr,
      audience,
    });
    partners.push({ id: actor.id, name, fr, priority, posture });
  }
  const relationships = [];
  for (const [k, partner] of partners.entries()) relationships.push(await relate(post, home.id, partner, k));
  const first = partners[0].id;
  const person = await post('/actors', {
    nature: 'person',
    name_en: 'Duty officer A',
    name_fr: 'Officier de service A',
  });
  const position = await post('/actors', {
    nature: 'position',
    name_en: 'Head of plans',
    name_fr: 'Chef des plans',
    parent: first,
  });
  await post('/postings', { person: person.id, position: position.id, from: '2025-03', primary: true });
  const group = await post('/actors', {
    nature: 'organisation',
    name_en: 'Coast Forum',
    name_fr: 'Forum des côtes',
    audience: 'multilateral',
  });
  await post('/memberships', { member: first, group: group.id, status: 'member', from: '2019' });
  await post('/disclosures', {
    from: home.id,
    to: first,
    what: 'vulnerability',
    summary: 'Shortage of airlift',
    given: iso(-90),
    state: 'in_confidence',
    label: { class: 'RESTRICTED' },
  });
  await post('/assessments', {
    relationship: relationships[0].id,
    truster: home.id,
    trustee: first,
    dimension: 'ability',
    valence: 'positive',
    weight: 0.5,
    rationale: 'Plans arrive complete.',
    on: iso(-20),
  });
  await post('/agreements', {
    title: 'Arrangement on mutual support',
    title_fr: 'Arrangement de soutien mutuel',
    instrument: 'arrangement',
    concluded: '2022-05-14',
    in_force: '2022-06',
    parties: [
      { party: home.id, role: 'party' },
      { party: first, role: 'party' },
    ],
  });
  const more = await seedOptions(post, { home: home.id, partners });
  return { home: home.id, partners, relationships, first, ...more };
}
