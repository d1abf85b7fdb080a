"""Having documents made for all regions or for one, and fetching a region's."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from funding.actions.documents import make_documents
from funding.documents.makers import offered_kinds
from funding.forms.documents import MakeDocumentsForm
from funding.models import Contribution, RegionDocument
from funding.permissions import can_make_documents
from funding.views.years import year_of
from portal.files.responses import serve
from regions.requests import UserRequest, require


@require_http_methods(["GET", "HEAD", "POST"])
def documents_make(request: UserRequest, year: int, code: str = "") -> HttpResponse:
    """Start the making of a document of every region, or of the one with the county code; its page shows how far it is."""
    funding_year = year_of(request.user, year)
    contributions = Contribution.objects.visible_to(request.user).filter(funding_year=funding_year)
    contribution = get_object_or_404(contributions.select_related("region"), region__code=code) if code else None
    require(can_make_documents(request.user))
    region = contribution.region if contribution else None
    form = MakeDocumentsForm(request.POST or None, kinds=offered_kinds())
    if request.method == "POST" and form.is_valid():
        return redirect(make_documents(by=request.user, funding_year=funding_year, region=region, **form.cleaned_data))
    return render(request, "funding/documents_make.html", {"form": form, "year": funding_year, "region": region})


@require_safe
def document_download(request: UserRequest, public_id: str) -> HttpResponseBase:
    """A region's document as it was made."""
    documents = RegionDocument.objects.visible_to(request.user).select_related("file")
    return serve(get_object_or_404(documents, public_id=public_id).file)
