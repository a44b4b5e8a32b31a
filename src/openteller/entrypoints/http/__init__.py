"""The HTTP face: REST, WebSocket, webhooks, the desk's pages, health and metrics. Status codes live here only."""
