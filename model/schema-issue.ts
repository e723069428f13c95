import type { z } from 'zod';

/** Where data from outside breaks its schema first: the key's path, what the schema wants there, what stands there. */
export interface SchemaIssue {
  readonly key: string;
  readonly expected: string;
  readonly actual: string;
}

/** A custom check says what it expects in its parameter `expected`. */
export function firstIssue(error: z.ZodError, data: unknown): SchemaIssue {
  const [issue] = error.issues;
  if (issue === undefined) return { key: '', expected: '', actual: shown(data) };
  // A key too many is named itself, not what it stands in.
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
  return { key: path.join('.'), expected: expectation(issue), actual: shown(path.reduce<unknown>(memberOf, data)) };
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected;
    case 'too_small':
      return `${issue.inclusive === false ? '>' : '≥'} ${issue.minimum}`;
    case 'too_big':
      return `${issue.inclusive === false ? '<' : '≤'} ${issue.maximum}`;
    case 'invalid_value':
      return issue.values.map(String).join(' | ');
    case 'invalid_format':
      return issue.pattern ?? issue.format;
    case 'unrecognized_keys':
      return 'no such key';
    case 'custom':
      return String(issue.params?.expected);
    default:
      return issue.code;
  }
}

function memberOf(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function shown(value: unknown): string {
  const text = typeof value === 'object' || typeof value === 'string' ? jsonOf(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** What is nested deeper than it can be written down is told by its brackets. */
function jsonOf(value: object | string | null): string {
  try {
    return JSON.stringify(value);
  } catch {
    return Array.isArray(value) ? '[...]' : '{...}';
  }
}
