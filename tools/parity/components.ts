import type { Component } from './component.ts';
import { languageComponents } from './language/components.ts';
import { painterComponents } from './painter/components.ts';

/** The components that golden cases name. */
const components: Readonly<Record<string, Component>> = { ...languageComponents, ...painterComponents };

export function findComponent(name: string): Component | undefined {
  return Object.hasOwn(components, name) ? components[name] : undefined;
}
