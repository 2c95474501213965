/**
 * Libraries that are never imported ahead, whatever a trial finds. The list is short on purpose: the
 * trials carry the load, and this holds what does its harm later, when it is used.
 */

const EVERYWHERE: Record<string, string> = {
  debugpy: 'a debugger is started in the worker that it debugs',
  eventlet: 'it must be first to patch the standard library',
  gevent: 'it must be first to patch the standard library',
  grpc: 'it does not work after a fork',
  jax: 'its threads do not survive a fork',
  pydevd: 'a debugger is started in the worker that it debugs',
  tensorflow: 'its threads do not survive a fork',
  torch: 'its threads and devices do not survive a fork',
};

/** Apple's frameworks do not survive a fork, and native threads cannot be counted there. */
const ON_MACOS: Record<string, string> = {
  _scproxy: "it uses Apple's frameworks",
  numpy: "it uses Apple's frameworks",
  objc: "it uses Apple's frameworks",
  scipy: "it uses Apple's frameworks",
  setproctitle: "it uses Apple's frameworks",
};

const COLD = process.platform === 'darwin' ? { ...EVERYWHERE, ...ON_MACOS } : EVERYWHERE;

/** Which of the modules, and why. */
export function staysCold(modules: readonly string[]): Record<string, string> {
  const found = modules.flatMap((module) => {
    const reason = COLD[module.split('.')[0] ?? ''];
    return reason ? [[module, reason]] : [];
  });
  return Object.fromEntries(found);
}
