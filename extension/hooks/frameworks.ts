/** How a framework's app shows in a line of source. */

/** What makes a WSGI app, and whose. The first that matches wins. */
const FRAMEWORKS: [RegExp, string][] = [
  [/\b(get_wsgi_application|WSGIHandler)\(/, 'Django'],
  [/\b(Flask|APIFlask|FlaskApp|Eve)\(|\bconnexion\.App\(/, 'Flask'],
  [/\b(Bottle|default_app|app\.push)\(/, 'Bottle'],
  [/\bmake_wsgi_app\(/, 'Pyramid'],
  [/\bfalcon\.(App|API)\(/, 'Falcon'],
  [/\b(WSGIApplication|WSGIApp|wsgifunc)\(|\bcherrypy\.Application\(/, 'WSGI'],
];

const CALLS_FACTORY = /\b(create|make)_(\w+_)?app(lication)?\(/;
const ASGI =
  /\b(get_asgi_application|FastAPI|Starlette|Quart|Sanic|Litestar|AsyncApp|ProtocolTypeRouter)\b|asgi/i;
/** What else is called an application: windows, event loops, command lines. */
const OTHER = /\b(Q\w*Application|(Gtk|Adw|Gio|wx|tornado|web|service)\.\w*App\w*|Typer|Celery)\b/;

/** Undefined when the code makes no app that is known. */
export function frameworkOf(code: string): string | undefined {
  return FRAMEWORKS.find(([pattern]) => pattern.test(code))?.[1];
}

/** Whether it calls somebody's factory: what comes out of it cannot be seen here. */
export const callsFactory = (code: string): boolean => CALLS_FACTORY.test(code);

/** Whether it makes an app for another protocol. */
export const isAsgi = (code: string): boolean => ASGI.test(code);

/** Whether it makes an application that is none of the web's, or not WSGI's. */
export const isOther = (code: string): boolean => OTHER.test(code);
