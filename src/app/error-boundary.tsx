import { Component, type ReactNode } from 'react';
import { failureOf } from '../../model/failure.ts';
import { Alert } from './alert.tsx';

interface Props {
  readonly children: ReactNode;
}

interface Broken {
  readonly error: unknown;
}

/** Where showing a part of the page fails, that part says so, and can be tried again; the others stay. */
export class ErrorBoundary extends Component<Props, { readonly broken: Broken | null }> {
  override state: { readonly broken: Broken | null } = { broken: null };

  static getDerivedStateFromError(error: unknown) {
    return { broken: { error } };
  }

  override render() {
    const { broken } = this.state;
    if (broken === null) return this.props.children;
    return <Alert failure={failureOf(broken.error)} again={() => this.setState({ broken: null })} />;
  }
}
