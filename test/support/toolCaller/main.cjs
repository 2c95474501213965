/** Calls the tool that the workspace's `call.json` names, and writes its answer to `answer.txt`. */

const { readFileSync, writeFileSync } = require('node:fs');
const vscode = require('vscode');

exports.activate = ({ subscriptions }) => {
  const { uri } = vscode.workspace.workspaceFolders[0];
  const path = (name) => vscode.Uri.joinPath(uri, name).fsPath;
  const call = vscode.commands.registerCommand('standIn.callTool', async () => {
    const { name, input } = JSON.parse(readFileSync(path('call.json'), 'utf8'));
    const result = vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
    const text = await result.then(
      ({ content }) => content.map((part) => part.value).join(''),
      (error) => `${error.message}`,
    );
    writeFileSync(path('answer.txt'), text);
  });
  subscriptions.push(call);
};
