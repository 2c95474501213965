"""What startproject sets that a page with a session needs."""

from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent
SECRET_KEY = "for the benchmark only"
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "library.views"
USE_TZ = True
INSTALLED_APPS = ["django.contrib.sessions", "library"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": BASE_DIR / "db.sqlite3",
        "CONN_MAX_AGE": 60,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
