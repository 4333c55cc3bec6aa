/* What one more promise would do, and what it takes to come back from a breach. */
import { useState } from 'react';
import { useLang, useText } from '../i18n/index.ts';
import { num, percent, signed } from '../lib/format.ts';
import { useQuery } from '../lib/query.ts';
import { band } from '../lib/trust.ts';
import type { Dimension, Figure, WhatIf as Answer } from '../lib/types.ts';
import { Shown } from './common.tsx';
import { DimensionSelect, Segments, type Side } from './explain.tsx';
import { RangeBar } from './trust.tsx';

function Line({ label, f, readout }: { label: string; f: Figure; readout: 'trust' | 'forecast' }) {
  const lang = useLang();
  const t = useText();
  const v = f[readout];
  return (
    <div className="whatif-line">
      <span>{label}</span>
      <RangeBar
        low={f.belief}
        high={Math.min(1, f.belief + f.uncertainty)}
        value={v}
        band={band(v)}
        width={120}
      />
      <strong className={`band-${band(v)}`}>{percent(lang, v, 1)}</strong>
      <span className="muted">{t.trust.bands[band(v)]}</span>
    </div>
  );
}

export function WhatIf({
  home,
  partner,
  asOf,
  readout,
}: {
  home: string;
  partner: string;
  asOf: string;
  readout: 'trust' | 'forecast';
}) {
  const t = useText();
  const lang = useLang();
  const [what, setWhat] = useState<`${Side}-${'positive' | 'negative'}`>('ours-negative');
  const [stakes, setStakes] = useState<'routine' | 'significant' | 'critical'>('significant');
  const [dimension, setDimension] = useState<Dimension | ''>('');
  const [side, valence] = what.split('-') as [Side, string];
  const query = useQuery<Answer>('/trust/what-if', {
    truster: side === 'ours' ? home : partner,
    trustee: side === 'ours' ? partner : home,
    valence,
    stakes,
    dimension,
    as_of: asOf,
  });
  return (
    <div className="whatif">
      <p className="section-lead">{t.partner.whatIfLead}</p>
      <div className="filter">
        <label htmlFor="whatif-what">{t.partner.whatIf}</label>
        <select id="whatif-what" value={what} onChange={(e) => setWhat(e.target.value as typeof what)}>
          <option value="ours-positive">{t.partner.ifKept}</option>
          <option value="ours-negative">{t.partner.ifBroken}</option>
          <option value="theirs-positive">{t.partner.ifWeKeep}</option>
          <option value="theirs-negative">{t.partner.ifWeBreak}</option>
        </select>
      </div>
      <Segments
        label={t.partner.stakes}
        value={stakes}
        onChange={setStakes}
        options={(['routine', 'significant', 'critical'] as const).map((s) => ({
          value: s,
          text: t.stakes[s],
        }))}
      />
      <DimensionSelect id="whatif-dimension" value={dimension} onChange={setDimension} />
      <Shown query={query}>
        {(a) => (
          <div className="whatif-result" aria-live="polite">
            <Line label={t.partner.before} f={a.before} readout={readout} />
            <Line label={t.partner.after} f={a.after} readout={readout} />
            <div className="whatif-line">
              <span>{t.partner.change}</span>
              <strong className="whatif-change">
                {signed(lang, (a.after[readout] - a.before[readout]) * 100, 1)} {t.trust.points}
              </strong>
            </div>
            {valence === 'negative' && a.recovery && (
              <p className="note">
                {a.recovery.reachable === false
                  ? t.partner.unreachable
                  : t.partner.recovery(
                      num(lang, a.recovery.kept_routine ?? Math.ceil(a.recovery.kept_weight ?? 0)),
                      a.recovery.kept_routine ?? Math.ceil(a.recovery.kept_weight ?? 0),
                    )}
              </p>
            )}
          </div>
        )}
      </Shown>
    </div>
  );
}
