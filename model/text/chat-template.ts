/**
 * The chat layout of Qwen2.5-VL as a Jinja template (docs/reference.md, "Tokens"). A checkpoint's own copy is not read:
 * the model was trained on exactly this layout, and the copies in circulation are not all able to lay out pictures.
 */
import { specialTokens } from './tokens.ts';

const defaultSystem = 'You are a helpful assistant.';

const { turnStart, turnEnd, imageStart, image, imageEnd } = specialTokens;

const picture = imageStart + image + imageEnd;

const systemTurn = `${turnStart}system\n${defaultSystem}${turnEnd}\n`;

const part = `{% if part.type == 'image' %}${picture}{% else %}{{ part.text }}{% endif %}`;

const turn = `${turnStart}{{ message.role }}\n{% for part in message.content %}${part}{% endfor %}${turnEnd}\n`;

/** Takes `messages`, each with a list of parts, and `add_generation_prompt`. */
export const chatTemplate =
  `{% if messages[0].role != 'system' %}${systemTurn}{% endif %}` +
  `{% for message in messages %}${turn}{% endfor %}` +
  `{% if add_generation_prompt %}${turnStart}assistant\n{% endif %}`;
