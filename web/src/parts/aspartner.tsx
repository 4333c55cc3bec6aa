/* Looking with a partner's eyes: the switch in the bar, and the banner that nobody can overlook. */
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { useText } from '../i18n/index.ts';
import type { Peers } from '../lib/exchange.ts';
import { asPartner, lookAs, useNarrowed } from '../lib/partner.ts';
import { useQuery } from '../lib/query.ts';
import { useHref, usePlace } from '../lib/router.tsx';
import { useMay } from '../lib/session.tsx';
import { Icon } from './icons.tsx';

/* Pages that are the officer's own: a partner has nothing there. */
const OURS = /^\/(exchange|releases|users|account|import|about)(\/|$)/;

export function PartnerSwitch() {
  const t = useText();
  const href = useHref();
  const { path } = usePlace();
  const may = useMay('disclose');
  const peers = useQuery<Peers>(may ? '/peers' : null, { limit: 200 });
  const offered = (peers.data?.items ?? []).filter((p) => p.state !== 'ended' && p.clearance);
  if (!may || offered.length === 0) return null;
  return (
    <MenuTrigger>
      <Button className="icon-button" aria-label={t.asPartner.open}>
        <Icon name="eye" />
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu
          className="menu"
          aria-label={t.asPartner.open}
          onAction={(key) => {
            const p = offered.find((x) => x.id === key);
            if (p) lookAs({ id: p.id, name: p.name }, OURS.test(path) ? href('/') : undefined);
          }}>
          {offered.map((p) => (
            <MenuItem key={p.id} id={p.id} className="menu-item">
              {t.asPartner.as(p.name)}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

export function PartnerBanner() {
  const t = useText();
  const narrowed = useNarrowed();
  const partner = asPartner();
  if (!partner) return null;
  return (
    <div className="as-partner" role="region" aria-label={t.asPartner.region}>
      <Icon name="eye" size={18} />
      <p>
        <strong>{t.asPartner.now(partner.name)}</strong> {t.asPartner.readOnly}
        {narrowed && <span className="as-narrowed"> {t.asPartner.narrowed}</span>}
      </p>
      <Button className="button small" onPress={() => lookAs(null)}>
        {t.asPartner.back}
      </Button>
    </div>
  );
}

export const isOurs = (path: string) => asPartner() !== null && OURS.test(path);
