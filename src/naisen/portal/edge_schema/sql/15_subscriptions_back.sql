DROP TABLE edge.subscription;
