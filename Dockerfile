# The app with all that it needs, also as a worker of a cluster: compose.yaml says how the parts go together.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_PORT=8501 \
    STREAMLIT_SERVER_BASE_URL_PATH="" \
    PLAYGROUND_DATABASE=sqlite:////data/playground.db \
    PLAYGROUND_TABLES=/data/tables \
    PLAYGROUND_FETCHED=/data/fetched

WORKDIR /app

# First what changes seldom, so that another line of code does not download PyTorch again.
COPY requirements.txt requirements-cluster.txt ./
RUN pip install --no-cache-dir -r requirements.txt -r requirements-cluster.txt

COPY streamlit_app.py LICENSE ./
COPY .streamlit .streamlit
COPY pages pages
COPY presets presets
COPY playground playground

# Compiled now, as the one who runs it can write nothing but /data. Number 1000 is also what Hugging Face Spaces runs as.
RUN python -m compileall -q playground pages streamlit_app.py \
    && useradd --uid 1000 --create-home playground \
    && install -d -o playground -g playground /data
USER 1000

VOLUME /data
EXPOSE 8501

HEALTHCHECK --interval=30s --timeout=10s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request as r; base = os.environ['STREAMLIT_SERVER_BASE_URL_PATH'].strip('/'); \
    r.urlopen('http://127.0.0.1:' + os.environ['STREAMLIT_SERVER_PORT'] + (base and '/' + base) + '/health', timeout=8)"]

CMD ["streamlit", "run", "streamlit_app.py"]
