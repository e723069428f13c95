import type { ImageId } from '../../workers/protocol.ts';
import { Alert } from '../app/alert.tsx';
import { useSelect, useWords } from '../app/context.tsx';
import type { Verification } from '../state/recipe-owner.ts';

interface VerifiedProps {
  readonly image: ImageId;
  readonly available: boolean;
  readonly press: () => void;
}

/** Draws a picture again, and says how alike both are. */
export function Verified({ image, available, press }: VerifiedProps) {
  const words = useWords().page.recipe;
  const verification = useSelect(({ verifications }) => verifications[image]);
  return (
    <>
      <p className="verified" aria-live="polite">
        {verification === undefined ? '' : sentenceOf(verification, words.verified)}
      </p>
      {verification?.state === 'failed' && <Alert failure={verification.failure} />}
      <button
        type="button"
        title={words.verifyHint}
        aria-disabled={available ? undefined : true}
        onClick={available ? press : undefined}
      >
        {words.verify}
      </button>
    </>
  );
}

type VerifiedWords = ReturnType<typeof useWords>['page']['recipe']['verified'];

export function sentenceOf(verification: Verification, words: VerifiedWords): string {
  switch (verification.state) {
    case 'failed':
      return '';
    case 'compared': {
      const { decibels } = verification;
      if (decibels === null) return words.otherSize;
      return decibels === Number.POSITIVE_INFINITY ? words.identical : words.psnr(decibels);
    }
    default:
      return words[verification.state];
  }
}
