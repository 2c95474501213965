/**
 * Watches a worker's debug session and tells when it is paused and where: nothing is to time out,
 * kill or reload a paused worker.
 */

import { basename } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type * as vscode from 'vscode';

/** `views.py:42`, or the reason while the place is not known; null when it runs. */
export type Report = (at: string | null) => void;

/** A step is over within this time, or it has become a run. Milliseconds. */
const STEP = 500;
const STEPS = ['next', 'stepIn', 'stepOut', 'stepBack'];

export function createPauseTracker(report: Report): vscode.DebugAdapterTracker {
  let told: string | null = null;
  let thread: number | undefined;
  let asked: number | undefined;
  let timer: NodeJS.Timeout | undefined;

  function tell(at: string | null) {
    clearTimeout(timer);
    if (at !== told) report(at);
    told = at;
  }

  function resume() {
    thread = undefined;
    asked = undefined;
    tell(null);
  }

  function step() {
    clearTimeout(timer);
    timer = setTimeout(resume, STEP);
  }

  function stopped({ reason, threadId }: DebugProtocol.StoppedEvent['body']) {
    thread = threadId;
    asked = undefined;
    clearTimeout(timer);
    if (told === null) tell(reason);
  }

  function placed({ body }: DebugProtocol.StackTraceResponse) {
    const frame = body?.stackFrames[0];
    const file = frame?.source?.path ?? frame?.source?.name;
    if (file && thread !== undefined) tell(`${basename(file)}:${frame?.line}`);
  }

  return {
    // On the requests: their responses may come after the next stop.
    onWillReceiveMessage({ command, seq, arguments: given }: DebugProtocol.Request) {
      if (command === 'continue') resume();
      else if (STEPS.includes(command)) step();
      else if (command === 'stackTrace' && given.threadId === thread) asked ??= seq;
    },
    onDidSendMessage(message: DebugProtocol.ProtocolMessage) {
      const event = message as DebugProtocol.Event;
      const response = message as DebugProtocol.Response;
      if (event.event === 'stopped') stopped(event.body);
      else if (event.event === 'continued') resume();
      else if (response.command === 'stackTrace' && response.request_seq === asked) {
        placed(response as DebugProtocol.StackTraceResponse);
      }
    },
    onWillStopSession: resume,
    onExit: resume,
  };
}
