/**
 * A reply as CommonMark, by micromark's parser: made of React's elements node by node, so that no HTML is ever read as such. Pictures
 * are not fetched, and a link says its host.
 */
import { fromMarkdown } from 'mdast-util-from-markdown';
import { createElement, Fragment, type ReactNode, useMemo } from 'react';
import { CodeBlock } from './code-block.tsx';
import { OutsideLink } from './outside-link.tsx';
import { OutsidePicture } from './outside-picture.tsx';

export default function Markdown({ text }: { readonly text: string }) {
  const tree = useMemo(() => fromMarkdown(text), [text]);
  const addresses = new Map<string, string>();
  for (const node of tree.children) if (node.type === 'definition') addresses.set(node.identifier, node.url);
  return (
    <div className="words markdown" dir="auto">
      {childrenOf(tree.children, addresses)}
    </div>
  );
}

type Node = ReturnType<typeof fromMarkdown>['children'][number];
type Addresses = ReadonlyMap<string, string>;

function childrenOf(nodes: readonly Node[], addresses: Addresses): ReactNode {
  return createElement(Fragment, null, ...nodes.map((node) => elementOf(node, addresses)));
}

function elementOf(node: Node, addresses: Addresses): ReactNode {
  const inside = () => ('children' in node ? childrenOf(node.children, addresses) : null);
  switch (node.type) {
    case 'text':
      return node.value;
    // Shown as it is written.
    case 'html':
      return node.value;
    case 'paragraph':
      return <p>{inside()}</p>;
    case 'heading':
      // The page's own heading stands above those of a reply.
      return createElement(`h${Math.min(node.depth + 1, 6)}`, null, inside());
    case 'emphasis':
      return <em>{inside()}</em>;
    case 'strong':
      return <strong>{inside()}</strong>;
    case 'inlineCode':
      return <code>{node.value}</code>;
    case 'code':
      return <CodeBlock code={node.value} language={node.lang ?? null} />;
    case 'blockquote':
      return <blockquote>{inside()}</blockquote>;
    case 'list':
      return node.ordered === true ? <ol start={node.start ?? 1}>{inside()}</ol> : <ul>{inside()}</ul>;
    case 'listItem':
      return <li>{inside()}</li>;
    case 'break':
      return <br />;
    case 'thematicBreak':
      return <hr />;
    case 'link':
      return <OutsideLink address={node.url}>{inside()}</OutsideLink>;
    case 'linkReference':
      return <OutsideLink address={addresses.get(node.identifier) ?? ''}>{inside()}</OutsideLink>;
    case 'image':
    case 'imageReference':
      return <OutsidePicture alt={node.alt ?? ''} />;
    default:
      return null;
  }
}
