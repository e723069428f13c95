import { type ReactNode, useId, useState } from 'react';
import { useWords } from '../app/context.tsx';
import { useModal } from '../app/use-modal.ts';

interface OutsideLinkProps {
  readonly address: string;
  readonly children: ReactNode;
}

/** A link of a reply: it says the host that it leads to, and asks before it leads there. What is no web address is words. */
export function OutsideLink({ address, children }: OutsideLinkProps) {
  const [asks, setAsks] = useState(false);
  const url = webAddress(address);
  if (url === null) return children;
  return (
    <>
      <button type="button" className="link outside" aria-haspopup="dialog" onClick={() => setAsks(true)}>
        {children} <span className="host">({url.host})</span>
      </button>
      {asks && <Question url={url} close={() => setAsks(false)} />}
    </>
  );
}

function Question({ url, close }: { readonly url: URL; readonly close: () => void }) {
  const words = useWords().page.markdown;
  const dialog = useModal(close);
  const title = useId();
  const leave = () => {
    window.open(url.href, '_blank', 'noopener,noreferrer');
    close();
  };
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby={title} closedby="any" onClose={close}>
      <h2 id={title}>{words.leave(url.host)}</h2>
      <p className="address">{url.href}</p>
      <p className="hint">{words.leaveHint}</p>
      <footer>
        <button type="button" onClick={close}>
          {words.stay}
        </button>
        <button type="button" className="primary" onClick={leave}>
          {words.open}
        </button>
      </footer>
    </dialog>
  );
}

/** Null for what is no address of the web: scripts, files, mail. */
export function webAddress(address: string): URL | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url : null;
}
