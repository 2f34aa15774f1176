"""The way it is often done in Python: a server-side cursor, a dictionary for each row, chunks of 400."""

import json
import resource
import sys
import time

import psycopg2
import psycopg2.extras
from opensearchpy import OpenSearch, helpers

postgres_url, opensearch_url, suffix, rows, body = sys.argv[1:6]
index = f"image-{suffix}"
client = OpenSearch(opensearch_url, timeout=120)
client.indices.create(index=index, body=json.loads(body))

COLUMNS = (
    "title foreign_landing_url creator creator_url url license_version provider source category thumbnail"
).split()


def to_document(row):
    meta = row["meta_data"] if isinstance(row["meta_data"], dict) else {}
    tags = row["tags"] if isinstance(row["tags"], list) else []
    popularity = (row["standardized_popularity"] or 0) * 100
    document = {name: row[name] for name in COLUMNS if row[name] is not None}
    document.update(
        id=row["id"],
        identifier=str(row["identifier"]),
        license=row["license"].lower() if row["license"] else None,
        license_url=meta.get("license_url"),
        description=meta.get("description", "")[:2000] or None,
        created_on=row["created_on"].isoformat(),
        tags=[{"name": t["name"], "accuracy": t.get("accuracy")} for t in tags if isinstance(t, dict) and t.get("name")],
        mature=bool(meta.get("mature")) or row["is_mature"],
        max_boost=max(popularity, 1),
        min_boost=min(popularity or 1, 1),
    )
    if popularity > 0:
        document["standardized_popularity"] = popularity
    if row["width"] and row["height"]:
        pixels = row["width"] * row["height"]
        document["aspect_ratio"] = (
            "tall" if row["height"] > row["width"] else "wide" if row["height"] < row["width"] else "square"
        )
        document["size"] = "small" if pixels < 640 * 480 else "medium" if pixels < 1600 * 900 else "large"
    if row["url"]:
        document["extension"] = row["url"].rsplit(".", 1)[-1].lower()
    return document


def read_actions(connection):
    with connection.cursor("rows", cursor_factory=psycopg2.extras.RealDictCursor) as cursor:
        cursor.itersize = 400
        cursor.execute(
            """
            select image.*, m.identifier is not null as is_mature
            from image
            left join api_deletedimage d on d.identifier = image.identifier
            left join api_matureimage m on m.identifier = image.identifier
            where d.identifier is null and not image.removed_from_source
            order by image.id limit %s
            """,
            (int(rows),),
        )
        for row in cursor:
            yield {"_index": index, "_id": row["id"], "_source": to_document(row)}


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


cpu_before, started = cpu(), time.perf_counter()
documents = 0
with psycopg2.connect(postgres_url) as connection:
    for ok, result in helpers.parallel_bulk(client, read_actions(connection), chunk_size=400):
        if not ok:
            raise RuntimeError(result)
        documents += 1
seconds = time.perf_counter() - started
print(
    json.dumps(
        {
            "documents": documents,
            "seconds": seconds,
            "loadSeconds": seconds,
            "cpuMicrosecondsPerDocument": (cpu() - cpu_before) * 1e6 / documents,
            "peakResidentMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
    )
)
client.indices.delete(index=index)
