/** Keeps one broken region from taking the page with it. */
import type { Problem } from '@slipmat/contract/problems';
import { Component, type ReactNode } from 'react';
import { problemCentre } from '../api/problem-centre.ts';
import { ProblemNotice } from './problem-notice.tsx';

interface BoundaryProps {
  /** Which part of the page this is, in words for people: "the chat". */
  readonly where: string;
  readonly children: ReactNode;
}

interface BoundaryState {
  readonly broke: boolean;
  /** Set once the failure is reported, right after. */
  readonly problem: Problem | undefined;
}

const whole: BoundaryState = { broke: false, problem: undefined };

/** Give it a `key` that changes with what it shows, so that another page does not inherit the failure. */
export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = whole;

  static getDerivedStateFromError(): BoundaryState {
    return { broke: true, problem: undefined };
  }

  override componentDidCatch(failure: unknown): void {
    this.setState({ problem: problemCentre.report(failure, this.props.where, { shown: true }) });
  }

  override render(): ReactNode {
    const { broke, problem } = this.state;
    if (!broke) return this.props.children;
    if (problem === undefined) return null;
    return <ProblemNotice problem={problem} onRetry={() => this.setState(whole)} className="my-4" />;
  }
}
