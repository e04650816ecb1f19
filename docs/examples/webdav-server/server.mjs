// webdav-server as its manual shows it: users with a password, Basic authentication, and rights by path. Arguments: port, folder, accounts file,
// and `open` for the mistake of giving everybody the rights to everything.
import { readFileSync } from 'node:fs';
import webdav from 'webdav-server';

const { v2 } = webdav;
const [port, folder, accountsFile, mistake] = process.argv.slice(2);
const users = new v2.SimpleUserManager();
const rights = new v2.SimplePathPrivilegeManager();
for (const line of readFileSync(accountsFile, 'utf8').trim().split('\n').slice(1)) {
  const [username, password] = line.split(',');
  const user = users.addUser(username, password, false);
  rights.setRights(user, mistake === 'open' ? '/' : `/${username}/`, ['all']);
}
const server = new v2.WebDAVServer({
  requireAuthentification: true,
  httpAuthentication: new v2.HTTPBasicAuthentication(users, 'clinic'),
  privilegeManager: rights,
  hostname: '127.0.0.1',
  port: Number(port),
});
server.setFileSystem('/', new v2.PhysicalFileSystem(folder), () => server.start(() => {}));
