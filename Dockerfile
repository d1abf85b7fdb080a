# One image for web, workers, beat and migrations; docker-compose.yml says which command each runs.
FROM python:3.11-slim-bookworm AS packages
COPY .requirements/server.txt /tmp/server.txt
RUN python -m venv /opt/portal \
 && /opt/portal/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/server.txt

FROM python:3.11-slim-bookworm
# What WeasyPrint opens when it draws a document.
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --no-create-home --home-dir /data portal \
 && install -d -o portal -g portal /data /data/files
COPY --from=packages /opt/portal /opt/portal
WORKDIR /portal
COPY . .
ENV PATH=/opt/portal/bin:$PATH \
    PORTAL_ENV=production \
    PORTAL_DATA_DIR=/data \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
# Catalogues and static files are part of the image. The settings want these three; none is used or kept.
RUN export SECRET_KEY=build DATABASE_URL=postgres://build@build/build EMAIL_URL=smtp://build \
 && python manage.py compile_catalogues \
 && python manage.py collectstatic --no-input --verbosity 0
USER portal
EXPOSE 8000
