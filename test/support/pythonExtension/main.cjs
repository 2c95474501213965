/** The chosen interpreter is the path that stands in the workspace's file `chosen-python`. */

const { readFileSync } = require('node:fs');
const vscode = require('vscode');

exports.activate = ({ subscriptions }) => {
  const changed = new vscode.EventEmitter();
  const folder = vscode.workspace.workspaceFolders[0].uri;
  const chosen = () => readFileSync(vscode.Uri.joinPath(folder, 'chosen-python').fsPath, 'utf8');
  const choose = vscode.commands.registerCommand('standIn.choose', () => {
    changed.fire({ path: chosen(), resource: folder });
  });
  subscriptions.push(choose);
  return {
    environments: {
      getActiveEnvironmentPath: () => ({ id: chosen(), path: chosen() }),
      resolveEnvironment: async ({ path }) => ({ executable: { uri: vscode.Uri.file(path) } }),
      onDidChangeActiveEnvironmentPath: changed.event,
    },
  };
};
