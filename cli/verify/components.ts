import type { Component } from './component.ts';

/** The components that golden cases name. */
const components: Readonly<Record<string, Component>> = {};

export function findComponent(name: string): Component | undefined {
  return Object.hasOwn(components, name) ? components[name] : undefined;
}
