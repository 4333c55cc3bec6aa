/* The list of keyboard shortcuts, and the switch that turns single keys off. */
import { useText } from '../i18n/index.ts';
import { setKeys, usePrefs } from '../lib/prefs.ts';
import { useMay } from '../lib/session.tsx';
import { Box } from './dialog.tsx';

export function ShortcutsHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useText();
  const h = t.help;
  const { keys } = usePrefs();
  const disclose = useMay('disclose');
  const exchangeKeys: [string[], string][] = [
    [['g', 'x'], h.goExchange],
    [['g', 'd'], h.goReleases],
  ];
  const groups: [string, [string[], string][]][] = [
    [
      h.groups.anywhere,
      [
        [['n'], h.quick],
        [['/'], h.search],
        [['?'], h.help],
        [['g', 't'], h.goToday],
        [['g', 'p'], h.goPartners],
        [['g', 'n'], h.goNetwork],
        [['g', 'b'], h.goNeeds],
        [['g', 'r'], h.goRequests],
        [['g', 'c'], h.goCalendar],
        [['g', 'l'], h.goPlan],
        [['g', 'i'], h.goIntroductions],
        [['g', 'h'], h.goHealth],
        [['g', 'o'], h.goContinuity],
        ...(disclose ? exchangeKeys : []),
      ],
    ],
    [
      h.groups.tables,
      [
        [['↑', '↓'], h.rows],
        [['Enter'], h.open],
      ],
    ],
    [
      h.groups.forms,
      [
        [['Ctrl+Enter'], h.save],
        [['Esc'], h.close],
      ],
    ],
  ];
  return (
    <Box open={open} onClose={onClose} title={h.title}>
      <div className="help">
        {groups.map(([title, rows]) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {rows.map(([ks, text]) => (
                <div key={text}>
                  <dt>
                    {ks.map((k) => (
                      <kbd key={k}>{k}</kbd>
                    ))}
                  </dt>
                  <dd>{text}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <label className="check">
          <input type="checkbox" checked={keys} onChange={(e) => setKeys(e.target.checked)} />
          <span>
            {h.disable}
            <small>{h.disableHelp}</small>
          </span>
        </label>
      </div>
    </Box>
  );
}
