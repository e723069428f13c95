import { send, write } from '../actions/compose.ts';
import { usePerform } from '../app/context.tsx';
import { returnToMessage } from '../composer/message.ts';

/** Sends a sentence that was offered; the cursor goes where the next one is written. */
export function useSay(): (sentence: string) => void {
  const perform = usePerform();
  return (sentence) => {
    perform(write, sentence);
    perform(send);
    returnToMessage();
  };
}
