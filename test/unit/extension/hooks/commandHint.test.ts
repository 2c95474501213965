import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hintsIn } from '../../../../extension/hooks/commandHint.ts';

const SAID: Record<string, string[]> = {
  'web: gunicorn shop.wsgi --workers 3': ['shop.wsgi'],
  'web: gunicorn --workers 3 -k gthread --reload shop.wsgi:application': ['shop.wsgi:application'],
  'web: python manage.py migrate && exec gunicorn -b :$PORT "shop:create_app()" && echo ended': [
    'shop:create_app()',
  ],
  'web: gunicorn --chdir backend/src shop.wsgi': ['shop.wsgi in backend/src'],
  'web: gunicorn --chdir=backend --bind=0.0.0.0:8000 shop.wsgi': ['shop.wsgi in backend'],
  'CMD ["gunicorn", "--bind", "0.0.0.0:8000", "main:app"]': ['main:app'],
  'CMD gunicorn \\\n  --bind :8000 \\\n  main:app': ['main:app'],
  '    command: gunicorn -c gunicorn.conf.py shop.wsgi': ['shop.wsgi'],
  'serve = "gunicorn shop.wsgi"': ['shop.wsgi'],
  'web: /app/.venv/bin/gunicorn shop.wsgi': ['shop.wsgi'],
  'waitress-serve --port 8080 --call flaskr:create_app': ['flaskr:create_app()'],
  'FLASK_APP=flaskr': ['flaskr'],
  'export FLASK_APP="src/hello.py"': ['hello in src'],
  'ENV FLASK_APP=flaskr:create_app': ['flaskr:create_app'],
  '      FLASK_APP: hello': ['hello'],
  '\tflask --app flaskr run --debug': ['flaskr'],
  '# web: gunicorn shop.wsgi': [],
  'gunicorn>=21': [],
  'dependencies = ["gunicorn>=21", "flask"]': [],
  'web: uvicorn shop.asgi:application': [],
  'web: gunicorn $APP': [],
};

for (const [text, expected] of Object.entries(SAID)) {
  test(`hint in ${JSON.stringify(text)}`, () => {
    const told = hintsIn(text).map(({ app, folder }) => (folder ? `${app} in ${folder}` : app));
    assert.deepEqual(told, expected);
  });
}
