/**
 * A Django project as it is after some years: 60 apps of seven modules, each with models that refer
 * to each other, forms, an admin and views. Nothing in it is random, and no page uses the database.
 */

import { join } from 'node:path';
import { writeFiles } from '../../support/folders.ts';

const APPS = 60;
const MODELS = 4;

/** The app at the root: half of the others are loaded before it. */
export const LARGE_ROOT = 'apps.app30';
export const LARGE_VIEWS = 'apps/app30/views.py';
/** In the app that is loaded first. */
export const LARGE_MODELS = 'apps/app00/models.py';

/** Writes the package `apps`, and gives the names of its apps. */
export function writeLargeProject(folder: string): string[] {
  writeFiles(join(folder, 'apps'), { '__init__.py': '' });
  const names = Array.from({ length: APPS }, (_, app) => `app${String(app).padStart(2, '0')}`);
  for (const [app, name] of names.entries()) {
    writeFiles(join(folder, 'apps', name), {
      '__init__.py': `"""Part ${app} of the business."""\n`,
      'apps.py': appConfig(name),
      'models.py': `${MODELS_HEAD}\n\n${classes(modelClass).join('\n\n')}`,
      'forms.py': `${FORMS_HEAD}\n\n${classes(formClass).join('\n\n')}`,
      'admin.py': `${ADMIN_HEAD}\n\n${classes(adminClass).join('\n\n')}`,
      'services.py': `${SERVICES_HEAD}\n\n${classes(services).join('\n\n')}`,
      'views.py': `${VIEWS_HEAD}\n\n${classes(views).join('\n\n')}`,
      'urls.py': urls(name),
    });
  }
  return names.map((name) => `apps.${name}`);
}

const classes = (make: (model: number) => string): string[] =>
  Array.from({ length: MODELS }, (_, model) => make(model));

const appConfig = (name: string): string => `from django.apps import AppConfig


class Config(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "apps.${name}"
`;

const MODELS_HEAD = `from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

VERSION = 1
`;

const modelClass = (model: number): string => `class Item${model}QuerySet(models.QuerySet):
    def open(self):
        return self.filter(state=Item${model}.State.OPEN)

    def named(self, text):
        return self.filter(models.Q(name__icontains=text) | models.Q(note__icontains=text))


class Item${model}(models.Model):
    class State(models.TextChoices):
        OPEN = "open", _("Open")
        HELD = "held", _("Held")
        DONE = "done", _("Done")

    name = models.CharField(_("name"), max_length=100, db_index=True)
    slug = models.SlugField(unique=True)
    note = models.TextField(_("note"), blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    share = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(0), MaxValueValidator(100)], default=0
    )
    price = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    begun = models.DateTimeField(auto_now_add=True)
    ended = models.DateTimeField(null=True, blank=True)${relation(model)}

    objects = Item${model}QuerySet.as_manager()

    class Meta:
        ordering = ["-begun", "name"]
        indexes = [models.Index(fields=["state", "begun"])]

    def __str__(self):
        return self.name

    @property
    def is_done(self):
        return self.state == self.State.DONE

    def finish(self, when):
        self.state = self.State.DONE
        self.ended = when
        self.save(update_fields=["state", "ended"])
`;

const relation = (model: number): string =>
  model === 0
    ? ''
    : `\n    parent = models.ForeignKey("Item${model - 1}", models.CASCADE, related_name="parts", null=True)`;

const FORMS_HEAD = `from django import forms

from . import models
`;

const formClass = (model: number): string => `class Item${model}Form(forms.ModelForm):
    class Meta:
        model = models.Item${model}
        fields = ["name", "slug", "note", "state", "share", "price"]

    def clean_name(self):
        name = self.cleaned_data["name"].strip()
        if not name:
            raise forms.ValidationError("A name is needed.")
        return name
`;

const ADMIN_HEAD = `from django.contrib import admin

from . import models
`;

const adminClass = (model: number): string => `@admin.register(models.Item${model})
class Item${model}Admin(admin.ModelAdmin):
    list_display = ["name", "state", "share", "begun"]
    list_filter = ["state"]
    search_fields = ["name", "note"]
    prepopulated_fields = {"slug": ["name"]}
`;

const SERVICES_HEAD = `"""What the views do, without the web."""

from dataclasses import dataclass
from decimal import Decimal

from . import models
`;

const services = (model: number): string => `@dataclass(frozen=True)
class Item${model}Summary:
    open: int
    done: int
    total: Decimal

    @property
    def share(self):
        count = self.open + self.done
        return self.done / count if count else 0.0


def summarize_item${model}(items):
    open_count = done_count = 0
    total = Decimal(0)
    for item in items:
        if item.state == models.Item${model}.State.DONE:
            done_count += 1
        else:
            open_count += 1
        total += item.price or 0
    return Item${model}Summary(open_count, done_count, total)
`;

const VIEWS_HEAD = `import os

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views import generic

from apps.app00 import models as first

from . import forms, models, services

VERSION = 1


def index(request):
    body = f"views={VERSION} models={first.VERSION} pid={os.getpid()} "
    return HttpResponse(body, content_type="text/plain")
`;

const views = (model: number): string => `class Item${model}List(generic.ListView):
    model = models.Item${model}
    paginate_by = 50

    def get_queryset(self):
        return super().get_queryset().open()


class Item${model}Create(generic.CreateView):
    model = models.Item${model}
    form_class = forms.Item${model}Form


def item${model}_summary(request):
    summary = services.summarize_item${model}(models.Item${model}.objects.all())
    return JsonResponse({"open": summary.open, "share": summary.share})


def item${model}_detail(request, slug):
    item = get_object_or_404(models.Item${model}, slug=slug)
    return JsonResponse({"name": item.name, "done": item.is_done})
`;

function urls(name: string): string {
  const paths = classes(
    (
      model,
    ) => `    path("item${model}/", views.Item${model}List.as_view(), name="item${model}-list"),
    path("item${model}/new", views.Item${model}Create.as_view(), name="item${model}-new"),
    path("item${model}/summary", views.item${model}_summary, name="item${model}-summary"),
    path("item${model}/<slug:slug>", views.item${model}_detail, name="item${model}-detail"),`,
  );
  return `from django.urls import path

from . import views

app_name = "${name}"
urlpatterns = [
    path("", views.index, name="index"),
${paths.join('\n')}
]
`;
}
