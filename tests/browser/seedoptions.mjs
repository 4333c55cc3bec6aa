/* What a need and its options, an agreement and its calendar need: the words of two vocabularies, who
 * offers what under which agreement, what was owed and supplied, and requests already on their way. */
import { iso } from './seed.mjs';

const INSTANT = (hours) => new Date(Date.now() + hours * 3600000).toISOString().replace(/\.\d+Z$/, 'Z');

async function words(post, home) {
  const ours = await post('/vocabularies', {
    title: 'Rescue terms',
    title_fr: 'Termes de sauvetage',
    owner: home,
  });
  const theirs = await post('/vocabularies', { title: 'Union catalogue', title_fr: 'Catalogue de l’Union' });
  const capability = (vocabulary, notation, pref, pref_fr, more = {}) =>
    post('/concepts', { vocabulary: vocabulary.id, notation, pref, pref_fr, capability: true, ...more });
  const airlift = await capability(ours, 'R1', 'Tactical airlift', 'Transport aérien tactique', {
    types: 3,
    unit: 'aircraft',
  });
  const bridge = await capability(ours, 'R2', 'Bridging', 'Franchissement', { unit: 'team' });
  const search = await capability(ours, 'R3', 'Urban search', 'Recherche en milieu urbain', { types: 2 });
  const lifting = await capability(theirs, 'U7', 'Air transport module', 'Module de transport aérien');
  await post('/mappings', { from: airlift.id, to: lifting.id, relation: 'close' });
  return { airlift, bridge, search, lifting };
}

/* Between us and the first partner: renewed each year, with notices, duties and supplies. */
async function instrument(post, home, first, concepts) {
  const agreement = await post('/agreements', {
    title: 'Mutual logistics arrangement',
    title_fr: 'Arrangement de soutien logistique mutuel',
    instrument: 'acsa',
    number: 'I:1042',
    concluded: iso(-700),
    in_force: iso(-630),
    term: 'P1Y',
    renewal: 'automatic',
    notice_period: 'P60D',
    covers: [concepts.airlift.id, concepts.bridge.id, concepts.search.id],
    parties: [
      { party: home, role: 'party' },
      { party: first, role: 'party' },
    ],
    actions: [
      { party: home, action: 'signature', deposited: iso(-700) },
      { party: first, action: 'signature', deposited: iso(-690) },
    ],
  });
  const duty = await post('/obligations', {
    agreement: agreement.id,
    obligor: first,
    beneficiary: home,
    act: 'provide',
    text: 'Send the monthly stock list',
    trigger: 'recurrence',
    starts: iso(-70),
    recurrence: 'FREQ=MONTHLY',
    due_within: 'P7D',
    grace: 'P7D',
    stakes: 'significant',
  });
  await post('/obligations', {
    agreement: agreement.id,
    obligor: home,
    beneficiary: first,
    act: 'consult',
    text: 'Consult before large orders',
    trigger: 'event',
    stakes: 'routine',
    survives: true,
  });
  const supply = (ours, item, value, delivered, more) =>
    post('/transactions', {
      agreement: agreement.id,
      supplier: ours ? home : first,
      receiver: ours ? first : home,
      item,
      value,
      currency: 'CAD',
      quantity: 10,
      unit: 'tonnes',
      delivered: iso(delivered),
      settlement: 'cash',
      ...more,
    });
  await supply(true, 'Fuel for the winter exercise', 42000, -420, {
    due: iso(-360),
    settled: iso(-370),
    state: 'settled',
  });
  await supply(false, 'Rations', 18000, -300, { due: iso(-240), settled: iso(-250), state: 'settled' });
  await supply(true, 'Spare parts', 9500.5, -40, { due: iso(20), state: 'delivered' });
  return { agreement, duty };
}

async function offers(post, home, partners, concepts, agreement) {
  const [north, east, south, relief] = partners;
  const offer = (actor, capability, more) => post('/offers', { actor, capability: capability.id, ...more });
  return [
    await offer(home, concepts.bridge, { quantity: 1, unit: 'team', notice: 'PT12H', burden: 5 }),
    await offer(north.id, concepts.airlift, {
      title: 'Two transport aircraft',
      type: 1,
      quantity: 2,
      unit: 'aircraft',
      notice: 'PT24H',
      travel: 'PT12H',
      burden: 5,
      basis: 'agreement',
      agreement: agreement.id,
    }),
    await offer(east.id, concepts.airlift, {
      type: 2,
      quantity: 2,
      unit: 'aircraft',
      notice: 'PT48H',
      burden: 4,
      basis: 'mechanism',
      mechanism: 'Open pool',
    }),
    await offer(south.id, concepts.search, {
      type: 1,
      quantity: 1,
      notice: 'P1D',
      burden: 6,
      basis: 'mandate',
    }),
    await offer(relief.id, concepts.search, {
      type: 2,
      quantity: 1,
      notice: 'PT6H',
      burden: 3,
      basis: 'mandate',
    }),
    await offer(relief.id, concepts.lifting, { quantity: 1, notice: 'P2D', basis: 'mandate' }),
    await offer(south.id, concepts.airlift, {
      type: 3,
      quantity: 2,
      unit: 'aircraft',
      notice: 'PT24H',
      burden: 8,
      basis: 'mechanism',
      mechanism: 'Open pool',
      last_resort: true,
    }),
  ];
}

const needOf = (home, concepts) => ({
  title: 'Reach the cut-off valley',
  title_fr: 'Atteindre la vallée isolée',
  requester: home,
  region: 'CAN',
  place: 'North valley',
  from: iso(0),
  until: iso(40),
  priority: 'T1',
  agreement_rule: 'preferred',
  state: 'open',
  last_resort: true,
});

export async function seedOptions(post, { home, partners }) {
  const first = partners[0].id;
  const concepts = await words(post, home);
  const { agreement, duty } = await instrument(post, home, first, concepts);
  const offered = await offers(post, home, partners, concepts, agreement);
  const need = await post('/needs', {
    ...needOf(home, concepts),
    requirements: [
      { capability: concepts.airlift.id, quantity: 2, unit: 'aircraft', required_by: iso(5) },
      { capability: concepts.search.id, quantity: 1, required_by: iso(5) },
    ],
  });
  const hopeless = await post('/needs', {
    ...needOf(home, concepts),
    title: 'Bridge four rivers at once',
    title_fr: 'Franchir quatre rivières à la fois',
    requirements: [{ capability: concepts.bridge.id, quantity: 4, unit: 'team', required_by: iso(3) }],
  });
  const ask = (to, text, more) =>
    post('/requests', { from: home, to, nature: 'support', text, stakes: 'significant', ...more });
  const requests = [
    await ask(first, 'Lend two generators', {
      state: 'submitted',
      submitted_on: INSTANT(-30),
      response_due: INSTANT(-3),
    }),
    await ask(partners[1].id, 'Share the ice charts', {
      state: 'submitted',
      submitted_on: INSTANT(-5),
      response_due: INSTANT(30),
    }),
    await post('/requests', {
      from: partners[2].id,
      to: home,
      nature: 'information',
      text: 'Send the port survey',
      stakes: 'routine',
      state: 'submitted',
      submitted_on: INSTANT(-20),
      response_due: INSTANT(90),
    }),
  ];
  return { concepts, logistics: agreement, duty, offers: offered, need, hopeless, requests };
}
