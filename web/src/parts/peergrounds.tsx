/* On what grounds a partner may have more than before. */
import { useText } from '../i18n/index.ts';
import type { Errors } from './fields.tsx';
import { GroupFrame } from './frame.tsx';
import { Grounds, type GroundsValue } from './grounds.tsx';

export function PeerGrounds({
  id,
  value,
  onChange,
  errors,
}: {
  id: string;
  value: GroundsValue;
  onChange: (v: GroundsValue) => void;
  errors: Errors;
}) {
  const t = useText();
  const x = t.release;
  return (
    <GroupFrame id={`${id}-release`} label={x.peerGrounds} error={errors['/release']}>
      <div className="form-grid">
        <Grounds
          id={`${id}-grounds`}
          value={value}
          onChange={onChange}
          errors={errors}
          at="/release"
          authority="required"
          reason="required"
          untilHelp={x.peerUntilHelp}
        />
      </div>
    </GroupFrame>
  );
}
