"""What lies on Kafka: typed records, their codecs and their schema. Knows nothing of how they are computed."""
