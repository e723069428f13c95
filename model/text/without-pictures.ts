/** A turn planned where pictures of its conversation are gone: the model reads the earlier turns without them. */
import { imageMark } from './template.ts';
import {
  type ConversationTurn,
  plainIntent,
  planTurn,
  type TrainedContext,
  type TurnOptions,
  type TurnPlan,
} from './turn-plan.ts';

export interface PlanWithout<Image extends string> {
  readonly turns: readonly ConversationTurn<Image>[];
  readonly plan: TurnPlan<Image>;
}

/** Null where the turn cannot do without them: it brings one of them, or is about one. */
export function planWithout<Image extends string>(
  options: TurnOptions<Image>,
  gone: readonly Image[],
  trained: TrainedContext,
): PlanWithout<Image> | null {
  const whole = planTurn(options, trained);
  if (needsOneOf(whole, gone)) return null;
  const turns = turnsWithout(options.turns, gone);
  const plan = planTurn({ ...options, turns }, trained);
  // Another picture does not take the place of the one that is gone.
  const isGone = whole.reference !== null && gone.includes(whole.reference);
  return { turns, plan: isGone ? { ...plan, reference: null } : plan };
}

function needsOneOf<Image extends string>(plan: TurnPlan<Image>, gone: readonly Image[]): boolean {
  const { reference, chosen, images } = plan;
  if (images.some((image) => gone.includes(image))) return true;
  return reference !== null && gone.includes(reference) && (chosen === 'by-person' || isEdit(plan));
}

function isEdit(plan: TurnPlan): boolean {
  return (plan.form === 'plain' ? plainIntent(plan) : plan.form) === 'edit';
}

/** A question that was its pictures alone goes with its reply. */
function turnsWithout<Image extends string>(
  turns: readonly ConversationTurn<Image>[],
  gone: readonly Image[],
): readonly ConversationTurn<Image>[] {
  const without = turns.map((turn): ConversationTurn<Image> => {
    if (turn.from === 'person') return { ...turn, images: turn.images.filter((image) => !gone.includes(image)) };
    if (turn.drawn === null || !gone.includes(turn.drawn)) return turn;
    return { ...turn, text: turn.text.replaceAll(imageMark, ''), drawn: null };
  });
  return without.filter((turn, index) => {
    const question = turn.from === 'person' ? turn : without[index - 1];
    const isEmpty = (one: ConversationTurn<Image> | undefined) =>
      one?.from === 'person' && one.text.trim() === '' && one.images.length === 0;
    return !isEmpty(question);
  });
}
