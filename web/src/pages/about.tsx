/* What this is, which version, and how trust is worked out. */
import { named, useLang, useText } from '../i18n/index.ts';
import { useSession } from '../lib/session.tsx';
import { PageHead, Section } from '../parts/common.tsx';
import { TrustLegend } from '../parts/trust.tsx';

export function About() {
  const t = useText();
  const lang = useLang();
  const { me, policy } = useSession();
  const home = named(lang, me.home);
  return (
    <>
      <PageHead title={t.about.title} lead={t.about.lead} />
      <div className="stack readable">
        <div className="card">
          <dl className="facts">
            <div>
              <dt>{t.about.version}</dt>
              <dd>{me.version}</dd>
            </div>
            {me.home && (
              <div>
                <dt>{t.about.home}</dt>
                <dd lang={home.lang}>{home.text}</dd>
              </div>
            )}
            <div>
              <dt>{t.about.policy}</dt>
              <dd>{policy[lang] || policy.id}</dd>
            </div>
            <div>
              <dt>{t.about.licence}</dt>
              <dd>{t.about.licenceText}</dd>
            </div>
            <div>
              <dt>{t.about.api}</dt>
              <dd>
                <a href="/openapi.json">{t.about.apiText}</a>
              </dd>
            </div>
            <div className="facts-wide">
              <dt>{t.about.instance}</dt>
              <dd className="mono">{me.instance}</dd>
            </div>
          </dl>
        </div>
        <Section id="trust" title={t.about.trust} className="card">
          <p>{t.about.trustText}</p>
          <p>
            {t.trust.trustHelp} {t.trust.forecastHelp}
          </p>
          <TrustLegend />
        </Section>
      </div>
    </>
  );
}
