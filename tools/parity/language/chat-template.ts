import { z } from 'zod';
import {
  conversationSegments,
  encodeSegments,
  type Message,
  markedParts,
  type Part,
  segmentsText,
} from '../../../model/text/template.ts';
import type { Component } from '../component.ts';
import { idRuns, publishedTokenizer } from './tokenizer.ts';

const contentSchema = z.union([
  z.string(),
  z.array(
    z.discriminatedUnion('type', [
      z.object({ type: z.literal('image') }),
      z.object({ type: z.literal('text'), text: z.string() }),
    ]),
  ),
]);

const conversationSchema = z.object({
  messages: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: contentSchema })),
  /** How many tokens each image takes, in turn. */
  image_tokens: z.array(z.int().positive()),
  add_generation_prompt: z.boolean(),
});

type Conversation = z.infer<typeof conversationSchema>;

/** Conversations to prompt text, with one image token an image, and to ids, with as many as the image has. */
export const chatTemplate: Component = async (golden) => {
  const conversations = z.array(conversationSchema).parse(golden.args.conversations);
  const tokenizer = await publishedTokenizer();
  const layouts = conversations.map((conversation) =>
    conversationSegments(
      messagesOf(conversation),
      conversation.add_generation_prompt ? 'reply-follows' : 'closed',
      tokenizer,
    ),
  );
  const runs = layouts.map((segments) => encodeSegments(segments, tokenizer, (tokens) => tokens).ids);
  return { outputs: idRuns(runs), expected: { texts: layouts.map(segmentsText) }, computedBy: 'plain' };
};

/** An image is known by the number of its tokens; `<image>` in a text stands for the next one. */
function messagesOf({ messages, image_tokens: images }: Conversation): readonly Message<number>[] {
  let used = 0;
  const partsOf = (marked: string): readonly Part<number>[] => {
    const parts = markedParts(marked, images.slice(used));
    used += parts.filter((part) => part.kind === 'image').length;
    return parts;
  };
  return messages.map(({ role, content }) => ({
    role,
    parts:
      typeof content === 'string'
        ? partsOf(content)
        : content.flatMap((part) => partsOf(part.type === 'image' ? '<image>' : part.text)),
  }));
}
