/* Français : les vues de la page du réseau, à côté des relations et de leur confiance. */
import type { Catalogue } from './en.ts';

const many = (k: number, one: string, more: string) => (k === 0 || k === 1 ? one : more);

export const networkViews: Catalogue['networkViews'] = {
  view: 'Vue',
  views: { trust: 'Confiance', paths: 'Chaînes', risks: 'Risques', coverage: 'Couverture' },
  leads: {
    paths: 'Une chaîne de présentations, dessinée dans le réseau, de qui demande à qui est recherché.',
    risks: 'Où le réseau se romprait, et ce qui ne tient qu’à peu.',
    coverage: 'Quels instruments de puissance les relations couvrent, par région et auditoire.',
  },
  chain: 'Chaîne',
  chains: {
    paths: 'Meilleure',
    node: 'Rechange sans intermédiaire commun',
    edge: 'Rechange sans lien commun',
  },
  chainText: (kind, c, v) => `${kind} ${c} : ${v}`,
  choosePath: 'Choisissez à qui ou à quoi accéder',
  choosePathHelp: 'La meilleure chaîne de présentations est alors dessinée ici, et décrite lien par lien.',
  path: 'La chaîne, lien par lien',
  step: 'Étape',
  from: 'De',
  to: 'À',
  strength: 'Force',
  basis: 'Repose sur',
  contact: 'Dernier contact',
  compare: 'Toutes dans Présentations',
  pathKey: 'Sur la chaîne',
  pathSays: (c, k, v) => many(k, `${c} lien, chance ${v}`, `${c} liens, chance ${v}`),
  risk: 'Quel risque',
  risks: {
    articulation: 'Acteurs auxquels d’autres tiennent',
    bridges: 'Ponts',
    persons: 'Personnes clés',
    needs: 'Besoins qui dépendent d’un partenaire',
  },
  riskKeys: {
    articulation: 'Sans lui, d’autres sont coupés du reste',
    bridges: 'Sa fin coupe une partie du reste',
    persons: 'Repose sur une seule personne',
    needs: 'Des options pour un besoin en dépendent',
  },
  marked: (c, all) => `${c} sur ${all} figurent dans ce dessin`,
  needsLead: 'Les partenaires dont la perte enlève des options pour des besoins ouverts.',
  personsLead:
    'Relations dont le contact de la dernière année repose sur une personne, celles qui partent le plus tôt d’abord.',
  person: 'Personne',
  post: 'Poste',
  leaves: 'Départ',
  relationships: 'Relations',
  more: 'Tout dans Santé',
};
