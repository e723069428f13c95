import { useEffect, useRef } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { savePicture } from '../actions/keep-picture.ts';
import { Alert } from '../app/alert.tsx';
import { useApp, useSelect } from '../app/context.tsx';
import { returnToMessage } from '../composer/message.ts';
import { dismiss } from '../state/notices.ts';
import type { Notice } from '../state/state.ts';

/** What failed with a result, below its buttons: the picture stays in sight. */
export function ResultNotices({ result }: { readonly result: string }) {
  const notices = useSelect(
    useShallow((state) => state.notices.filter(({ about }) => about.kind === 'result' && about.id === result)),
  );
  return notices.map((notice) => <ResultNotice key={notice.id} result={result} notice={notice} />);
}

interface ResultNoticeProps {
  readonly result: string;
  readonly notice: Notice;
}

function ResultNotice({ result, notice: { id, failure } }: ResultNoticeProps) {
  const app = useApp();
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    element.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const close = () => {
    dismiss(app.store, id);
    returnToMessage();
  };
  // A copy that was refused can be saved instead.
  const save =
    failure.code === 'COPY_REFUSED' || failure.code === 'SHARE_REFUSED'
      ? { save: () => savePicture.perform(app, result) }
      : {};
  return (
    <div ref={element} className="result-notice">
      <Alert failure={failure} dismiss={close} {...save} />
    </div>
  );
}
