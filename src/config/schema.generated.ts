// Generated from schemas/config.schema.json by "npm run generate". Do not edit.
import type { Schema } from './schema-node.ts';

export const SCHEMA: Schema = {
  "$schema": "http://json-schema.org/draft-07/schema#",
  "$id": "https://millrace.dev/schemas/config.schema.json",
  "title": "Millrace configuration",
  "description": "The configuration file of the Millrace daemon. Every key may be left out; its default then holds.",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "network": {
      "title": "The universal port",
      "description": "The port that carries every protocol: the first bytes of a connection decide which one it speaks.",
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "bind_address": {
          "title": "Address of the universal port",
          "description": "The address that the universal port listens on. \"127.0.0.1\" takes connections from this machine only, \"0.0.0.0\" from every IPv4 network, \"::\" from every IPv6 network, and \"localhost\" means both loopback addresses.",
          "type": "string",
          "default": "127.0.0.1",
          "maxLength": 128,
          "pattern": "^(localhost|[0-9A-Fa-f:.]+(%[A-Za-z0-9_.-]+)?)$",
          "x-pattern-message": "must be an IP address of this machine such as \"127.0.0.1\", \"0.0.0.0\", \"::1\" or \"::\", or \"localhost\"",
          "examples": [
            "0.0.0.0",
            "::1"
          ],
          "x-reload": "workers"
        },
        "port": {
          "title": "Universal port",
          "description": "The TCP port that carries every protocol. 0 lets the operating system choose a free one, which \"server status\" then shows.",
          "type": "integer",
          "default": 8443,
          "minimum": 0,
          "maximum": 65535,
          "examples": [
            8443,
            9443
          ],
          "x-reload": "workers"
        },
        "max_connections": {
          "title": "Connections at once",
          "description": "The number of client connections that each worker serves at once. More are closed as soon as they are accepted, and counted. Every connection costs memory, so lower it on a small machine.",
          "type": "integer",
          "default": 1000,
          "minimum": 1,
          "maximum": 1000000,
          "examples": [
            10000
          ],
          "x-reload": "live"
        },
        "connection_timeout_secs": {
          "title": "Time to introduce oneself",
          "description": "How many seconds a client has for its TLS handshake and for the first bytes that show its protocol. A log connection that has begun may then stay silent for as long as it likes.",
          "type": "integer",
          "default": 30,
          "minimum": 1,
          "maximum": 3600,
          "examples": [
            10
          ],
          "x-reload": "live"
        },
        "ipv6_enabled": {
          "title": "IPv6",
          "description": "Whether IPv6 addresses may be listened on. With false, \"localhost\" means 127.0.0.1 only, and an IPv6 bind address is refused.",
          "type": "boolean",
          "default": true,
          "x-reload": "workers"
        },
        "proxy_protocol": {
          "title": "PROXY protocol",
          "description": "Whether connections on the universal port begin with a PROXY protocol header (version 1 or 2) that a load balancer puts there to name the real client.",
          "type": "boolean",
          "default": false,
          "x-planned": true,
          "x-reload": "workers"
        }
      }
    },
    "listeners": {
      "title": "Further ports",
      "description": "Ports beside the universal one, each a table [[listeners]] of its own, for clients that expect a port of their own.",
      "type": "array",
      "maxItems": 64,
      "default": [],
      "x-reload": "workers",
      "items": {
        "title": "A further port",
        "description": "One more port, with the protocols that it carries.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
          "name": {
            "title": "Name",
            "description": "The name of the port in status, logs and metrics. Every listener has another one; \"main\" is the universal port.",
            "type": "string",
            "minLength": 1,
            "maxLength": 32,
            "pattern": "^[a-z][a-z0-9_-]*$",
            "x-pattern-message": "must begin with a lower-case letter and hold only lower-case letters, digits, \"-\" and \"_\"",
            "examples": [
              "logs",
              "http"
            ],
            "x-reload": "workers"
          },
          "bind_address": {
            "title": "Address",
            "description": "The address that this port listens on, as in network.bind_address.",
            "type": "string",
            "default": "127.0.0.1",
            "maxLength": 128,
            "pattern": "^(localhost|[0-9A-Fa-f:.]+(%[A-Za-z0-9_.-]+)?)$",
            "x-pattern-message": "must be an IP address of this machine such as \"127.0.0.1\", \"0.0.0.0\", \"::1\" or \"::\", or \"localhost\"",
            "examples": [
              "0.0.0.0",
              "::1"
            ],
            "x-reload": "workers"
          },
          "port": {
            "title": "Port",
            "description": "The TCP port. 0 lets the operating system choose a free one, which \"server status\" then shows.",
            "type": "integer",
            "minimum": 0,
            "maximum": 65535,
            "examples": [
              9020,
              8080
            ],
            "x-reload": "workers"
          },
          "path": {
            "title": "Unix socket",
            "description": "The path of a Unix domain socket to listen on instead of a TCP port.",
            "type": "string",
            "default": "",
            "maxLength": 4096,
            "pattern": "^[^\\u0000-\\u001f\\u007f]*$",
            "x-pattern-message": "must not contain control characters such as line breaks",
            "examples": [
              "/run/millrace/logs.sock"
            ],
            "x-path": true,
            "x-planned": true,
            "x-reload": "workers"
          },
          "tls": {
            "title": "TLS",
            "description": "Whether this port speaks TLS, with the certificate of the [tls] section. Turn it off only on a loopback address or in a network that you trust.",
            "type": "boolean",
            "default": true,
            "x-reload": "workers"
          },
          "protocols": {
            "title": "Protocols",
            "description": "The protocols that this port carries. An empty list means all of them.",
            "type": "array",
            "maxItems": 16,
            "uniqueItems": true,
            "default": [],
            "items": {
              "type": "string",
              "enum": [
                "log-frames",
                "http",
                "log-grpc",
                "log-syslog",
                "log-json"
              ],
              "x-planned-values": [
                "log-grpc",
                "log-syslog",
                "log-json"
              ]
            },
            "examples": [
              [
                "log-frames"
              ],
              [
                "http"
              ]
            ],
            "x-reload": "workers"
          }
        },
        "required": [
          "name",
          "port"
        ]
      }
    },
    "tls": {
      "title": "Encryption",
      "description": "The certificate and the rules for encrypted connections.",
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "enabled": {
          "title": "TLS on the universal port",
          "description": "Whether the universal port speaks TLS. It then needs a certificate: cert_file and key_file, or auto_generate.",
          "type": "boolean",
          "default": true,
          "x-reload": "workers"
        },
        "cert_file": {
          "title": "Certificate",
          "description": "The PEM file with the server certificate, followed by the intermediate certificates if there are any.",
          "type": "string",
          "default": "",
          "maxLength": 4096,
          "pattern": "^[^\\u0000-\\u001f\\u007f]*$",
          "x-pattern-message": "must not contain control characters such as line breaks",
          "examples": [
            "/etc/millrace/tls/server.crt"
          ],
          "x-path": true,
          "x-reload": "live"
        },
        "key_file": {
          "title": "Private key",
          "description": "The PEM file with the private key that belongs to cert_file. Only the user that runs the daemon should be able to read it.",
          "type": "string",
          "default": "",
          "maxLength": 4096,
          "pattern": "^[^\\u0000-\\u001f\\u007f]*$",
          "x-pattern-message": "must not contain control characters such as line breaks",
          "examples": [
            "/etc/millrace/tls/server.key"
          ],
          "x-path": true,
          "x-reload": "live"
        },
        "ca_file": {
          "title": "Authorities of client certificates",
          "description": "The PEM file with the authorities whose client certificates are accepted.",
          "type": "string",
          "default": "",
          "maxLength": 4096,
          "pattern": "^[^\\u0000-\\u001f\\u007f]*$",
          "x-pattern-message": "must not contain control characters such as line breaks",
          "examples": [
            "/etc/millrace/tls/clients-ca.crt"
          ],
          "x-path": true,
          "x-planned": true,
          "x-reload": "live"
        },
        "require_client_certs": {
          "title": "Require client certificates",
          "description": "Whether a client without a certificate signed by ca_file is refused.",
          "type": "boolean",
          "default": false,
          "x-planned": true,
          "x-reload": "workers"
        },
        "min_version": {
          "title": "Oldest TLS version",
          "description": "The oldest version of TLS that a client may speak. Choose \"1.2\" only for clients that cannot speak 1.3.",
          "type": "string",
          "default": "1.3",
          "enum": [
            "1.2",
            "1.3"
          ],
          "examples": [
            "1.2"
          ],
          "x-reload": "live"
        },
        "auto_generate": {
          "title": "Make certificates",
          "description": "Whether the daemon makes its own certificate authority and server certificate under data_dir/certs where cert_file and key_file are not given, and renews the certificate in time. Clients have to trust data_dir/certs/ca.crt. Meant for development and closed networks.",
          "type": "boolean",
          "default": false,
          "x-reload": "live"
        }
      }
    },
    "logging": {
      "title": "The log of the daemon itself",
      "description": "What the daemon tells about its own life. The messages that clients send are the matter of [logs].",
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "level": {
          "title": "Level",
          "description": "The least important messages that are still written. \"debug\" and \"trace\" are for finding a fault and write a lot.",
          "type": "string",
          "default": "info",
          "enum": [
            "trace",
            "debug",
            "info",
            "warn",
            "error"
          ],
          "examples": [
            "trace"
          ],
          "x-reload": "live"
        },
        "format": {
          "title": "Format on the console",
          "description": "How a message looks on the console: \"json\" for machines, \"pretty\" for people with time and origin, \"compact\" with level and message only. The log file is always JSON.",
          "type": "string",
          "default": "json",
          "enum": [
            "json",
            "pretty",
            "compact"
          ],
          "examples": [
            "pretty"
          ],
          "x-reload": "live"
        },
        "file": {
          "title": "Log file",
          "description": "The file that the messages are written to as well. Without it they go to the console only.",
          "type": "string",
          "default": "",
          "maxLength": 4096,
          "pattern": "^[^\\u0000-\\u001f\\u007f]*$",
          "x-pattern-message": "must not contain control characters such as line breaks",
          "examples": [
            "/var/log/millrace/server.log"
          ],
          "x-path": true,
          "x-reload": "live"
        },
        "rotation": {
          "title": "Rotation",
          "description": "Whether the daemon rotates its log file by size. Turn it off where logrotate or newsyslog does that, and let them send SIGUSR1 afterwards.",
          "type": "boolean",
          "default": true,
          "x-reload": "live"
        },
        "max_size_mb": {
          "title": "Size of a log file",
          "description": "The size in MiB after which the log file is rotated.",
          "type": "integer",
          "default": 100,
          "minimum": 1,
          "maximum": 102400,
          "examples": [
            10
          ],
          "x-reload": "live"
        },
        "max_files": {
          "title": "Rotated files",
          "description": "The number of rotated files that are kept beside the current one. The log takes at most (max_files + 1) x max_size_mb MiB.",
          "type": "integer",
          "default": 10,
          "minimum": 1,
          "maximum": 1000,
          "examples": [
            5
          ],
          "x-reload": "live"
        },
        "console": {
          "title": "Console",
          "description": "What goes to the console: \"auto\" is pretty on a terminal and logging.format elsewhere; \"json\", \"pretty\" and \"compact\" are used everywhere; \"off\" writes nothing there.",
          "type": "string",
          "default": "auto",
          "enum": [
            "auto",
            "json",
            "pretty",
            "compact",
            "off"
          ],
          "examples": [
            "json"
          ],
          "x-reload": "live"
        }
      }
    },
    "logs": {
      "title": "Collected log messages",
      "description": "The log messages that clients send: how they are numbered, laid out and kept in files.",
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "enabled": {
          "title": "Collect log messages",
          "description": "Whether log messages are taken from clients at all.",
          "type": "boolean",
          "default": true,
          "x-reload": "workers"
        },
        "name": {
          "title": "Name of this log server",
          "description": "The name with which this log server introduces itself in status and in its own log.",
          "type": "string",
          "default": "LogServer",
          "maxLength": 64,
          "pattern": "^[^\\u0000-\\u001f\\u007f]*$",
          "x-pattern-message": "must not contain control characters such as line breaks",
          "examples": [
            "plant-7"
          ],
          "minLength": 1,
          "x-reload": "live"
        },
        "directory": {
          "title": "Folder of the files",
          "description": "The folder that the files are written to. Empty means the folder \"logs\" in storage.data_dir.",
          "type": "string",
          "default": "",
          "maxLength": 4096,
          "pattern": "^[^\\u0000-\\u001f\\u007f]*$",
          "x-pattern-message": "must not contain control characters such as line breaks",
          "examples": [
            "/var/lib/millrace/logs"
          ],
          "x-path": true,
          "x-reload": "store"
        },
        "file_name": {
          "title": "File name",
          "description": "The name of the current file. Backups get \".0\" (the newest), \".1\" and so on after it.",
          "type": "string",
          "default": "_main.log",
          "maxLength": 200,
          "pattern": "^[^/\\\\\\u0000-\\u001f\\u007f]*[^/\\\\.\\u0000-\\u001f\\u007f][^/\\\\\\u0000-\\u001f\\u007f]*$",
          "x-pattern-message": "must be the name of a file, without a folder; the folder belongs in logs.directory",
          "examples": [
            "messages.log"
          ],
          "minLength": 1,
          "x-reload": "store"
        },
        "format": {
          "title": "Format of a line",
          "description": "How a message is written: \"fixed\" pads the fields to columns, \"plain\" puts one space between them, \"json\" writes an object with all sixteen fields.",
          "type": "string",
          "default": "fixed",
          "enum": [
            "fixed",
            "plain",
            "json"
          ],
          "examples": [
            "plain"
          ],
          "x-reload": "workers"
        },
        "max_file_bytes": {
          "title": "Size of a file",
          "description": "The size in bytes after which a file is rotated. No message is split between two files. Larger files cost less work under heavy load.",
          "type": "integer",
          "default": 1048576,
          "minimum": 4096,
          "maximum": 1099511627776,
          "examples": [
            67108864
          ],
          "x-reload": "live"
        },
        "backup_count": {
          "title": "Backups",
          "description": "The number of rotated files that are kept beside the current one; the oldest is deleted. 0 keeps none.",
          "type": "integer",
          "default": 10,
          "minimum": 0,
          "maximum": 100000,
          "examples": [
            100
          ],
          "x-reload": "live"
        },
        "initial_batch_size": {
          "title": "Messages in a first batch",
          "description": "The number of messages that a worker gathers for the store when it begins; the number grows with the load up to max_batch_size.",
          "type": "integer",
          "default": 100,
          "minimum": 1,
          "maximum": 100000,
          "examples": [
            500
          ],
          "x-reload": "workers"
        },
        "max_batch_size": {
          "title": "Messages in a batch",
          "description": "The largest number of messages that a worker hands to the store at once.",
          "type": "integer",
          "default": 1000,
          "minimum": 1,
          "maximum": 100000,
          "examples": [
            5000
          ],
          "x-reload": "workers"
        },
        "buffer_size": {
          "title": "Batches under way",
          "description": "The number of batches that a worker may have under way to the store. When it is reached, or 4 MiB of lines are, nothing more is read from clients until the store has caught up.",
          "type": "integer",
          "default": 1024,
          "minimum": 1,
          "maximum": 65536,
          "examples": [
            65536
          ],
          "x-reload": "workers"
        },
        "max_retries": {
          "title": "Retries of a write",
          "description": "How often a write to the file that failed is tried again. After that, nothing more is read from clients until it works; nothing is dropped.",
          "type": "integer",
          "default": 3,
          "minimum": 0,
          "maximum": 100,
          "examples": [
            10
          ],
          "x-reload": "live"
        },
        "retry_delay_ms": {
          "title": "Delay before a retry",
          "description": "The milliseconds before the first retry. The delay doubles with each one.",
          "type": "integer",
          "default": 100,
          "minimum": 1,
          "maximum": 60000,
          "examples": [
            250
          ],
          "x-reload": "live"
        },
        "sync": {
          "title": "When messages are safe",
          "description": "When messages are forced to the disk: \"batch\" before they are acknowledged, \"interval\" every sync_interval_ms, \"never\" leaves it to the operating system. Only \"batch\" loses nothing that was acknowledged when the power fails.",
          "type": "string",
          "default": "batch",
          "enum": [
            "batch",
            "interval",
            "never"
          ],
          "examples": [
            "interval"
          ],
          "x-reload": "live"
        },
        "sync_interval_ms": {
          "title": "Interval of syncs",
          "description": "The milliseconds between two syncs to the disk when logs.sync is \"interval\".",
          "type": "integer",
          "default": 1000,
          "minimum": 10,
          "maximum": 600000,
          "examples": [
            200
          ],
          "x-reload": "live"
        },
        "max_message_bytes": {
          "title": "Size of a message",
          "description": "The largest message in bytes that is taken from a client. A client that announces a larger one is disconnected.",
          "type": "integer",
          "default": 1048576,
          "minimum": 1024,
          "maximum": 8388608,
          "examples": [
            65536
          ],
          "x-reload": "live"
        }
      }
    },
    "streams": {
      "title": "Device events",
      "description": "The events that devices forward over WebSocket, and that receivers read from any position.",
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "enabled": {
          "title": "Take device events",
          "description": "Whether device events are taken and delivered.",
          "type": "boolean",
          "default": true,
          "x-reload": "restart"
        },
        "heartbeat_secs": {
          "title": "Heartbeat",
          "description": "The seconds between two heartbeats to each device and receiver.",
          "type": "integer",
          "default": 30,
          "minimum": 1,
          "maximum": 3600,
          "examples": [
            15
          ],
          "x-reload": "live"
        },
        "timeout_secs": {
          "title": "Silence",
          "description": "The seconds of silence after which a device counts as gone.",
          "type": "integer",
          "default": 90,
          "minimum": 3,
          "maximum": 86400,
          "examples": [
            180
          ],
          "x-reload": "live"
        },
        "max_batch_events": {
          "title": "Events in a batch",
          "description": "The largest number of events that is taken from a forwarder in one batch.",
          "type": "integer",
          "default": 10000,
          "minimum": 1,
          "maximum": 1000000,
          "examples": [
            1000
          ],
          "x-reload": "live"
        },
        "replay_batch_events": {
          "title": "Events in a replay batch",
          "description": "The number of events that are sent to a receiver in one batch while it catches up.",
          "type": "integer",
          "default": 500,
          "minimum": 1,
          "maximum": 100000,
          "examples": [
            1000
          ],
          "x-reload": "live"
        }
      }
    },
    "storage": {
      "title": "Data",
      "description": "Where the data is kept, and how much of it.",
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "data_dir": {
          "title": "Data folder",
          "description": "The folder that holds everything the daemon keeps: collected logs, generated certificates, the event database. One daemon per folder. It is made if it does not exist.",
          "type": "string",
          "default": "./data",
          "maxLength": 4096,
          "pattern": "^[^\\u0000-\\u001f\\u007f]*$",
          "x-pattern-message": "must not contain control characters such as line breaks",
          "examples": [
            "/var/lib/millrace"
          ],
          "x-path": true,
          "minLength": 1,
          "x-reload": "restart"
        },
        "database_url": {
          "title": "Event database",
          "description": "The address of a PostgreSQL database for device events, with user and password. Empty means an SQLite database in data_dir.",
          "anyOf": [
            {
              "type": "string",
              "maxLength": 4096,
              "pattern": "^[^\\u0000-\\u001f\\u007f]*$",
              "x-pattern-message": "must not contain control characters such as line breaks"
            },
            {
              "$ref": "#/definitions/secret_reference"
            }
          ],
          "default": "",
          "examples": [
            "postgres://millrace@localhost/millrace",
            {
              "file": "/etc/millrace/database-url"
            }
          ],
          "x-reload": "store",
          "x-secret": true,
          "x-planned": true
        },
        "max_disk_usage_mb": {
          "title": "Disk space",
          "description": "The disk space in MiB that the data may take.",
          "type": "integer",
          "default": 10240,
          "minimum": 16,
          "maximum": 1073741824,
          "examples": [
            102400
          ],
          "x-planned": true,
          "x-reload": "live"
        },
        "on_limit": {
          "title": "At the limit",
          "description": "What happens when max_disk_usage_mb is reached: \"reject\" takes nothing new, \"evict-oldest\" deletes the oldest data.",
          "type": "string",
          "default": "reject",
          "enum": [
            "reject",
            "evict-oldest"
          ],
          "examples": [
            "evict-oldest"
          ],
          "x-planned": true,
          "x-reload": "live"
        },
        "compression_enabled": {
          "title": "Compression",
          "description": "Whether older data is compressed.",
          "type": "boolean",
          "default": true,
          "x-planned": true,
          "x-reload": "store"
        },
        "backup_interval_hours": {
          "title": "Backups",
          "description": "The hours between two backups of the event database. 0 makes none.",
          "type": "integer",
          "default": 0,
          "minimum": 0,
          "maximum": 8760,
          "examples": [
            24
          ],
          "x-planned": true,
          "x-reload": "live"
        },
        "backup_retention": {
          "title": "Kept backups",
          "description": "The number of backups that are kept.",
          "type": "integer",
          "default": 7,
          "minimum": 1,
          "maximum": 1000,
          "examples": [
            30
          ],
          "x-planned": true,
          "x-reload": "live"
        }
      }
    },
    "http": {
      "title": "HTTP",
      "description": "What the daemon answers over HTTP.",
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "enabled": {
          "title": "Answer HTTP",
          "description": "Whether HTTP requests are answered: /healthz tells that the daemon lives, /readyz that it can take messages.",
          "type": "boolean",
          "default": true,
          "x-reload": "workers"
        },
        "dashboard": {
          "title": "Dashboard",
          "description": "Whether the web page with the state of the daemon is served.",
          "type": "boolean",
          "default": true,
          "x-planned": true,
          "x-reload": "live"
        },
        "base_url": {
          "title": "Public address",
          "description": "The address under which clients reach the daemon, for links that it hands out.",
          "type": "string",
          "default": "",
          "maxLength": 4096,
          "pattern": "^[^\\u0000-\\u001f\\u007f]*$",
          "x-pattern-message": "must not contain control characters such as line breaks",
          "examples": [
            "https://millrace.example.com"
          ],
          "x-planned": true,
          "x-reload": "live"
        },
        "dashboard_origin": {
          "title": "Origin of a foreign dashboard",
          "description": "The origin of a dashboard that is served from elsewhere and may call this daemon (CORS).",
          "type": "string",
          "default": "",
          "maxLength": 4096,
          "pattern": "^[^\\u0000-\\u001f\\u007f]*$",
          "x-pattern-message": "must not contain control characters such as line breaks",
          "examples": [
            "https://dashboard.example.com"
          ],
          "x-planned": true,
          "x-reload": "live"
        }
      }
    },
    "auth": {
      "title": "Who may do what",
      "description": "Authentication of people and devices.",
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "auth_file": {
          "title": "Password file",
          "description": "The htpasswd file with the users that may log in.",
          "type": "string",
          "default": "",
          "maxLength": 4096,
          "pattern": "^[^\\u0000-\\u001f\\u007f]*$",
          "x-pattern-message": "must not contain control characters such as line breaks",
          "examples": [
            "/etc/millrace/htpasswd"
          ],
          "x-path": true,
          "x-planned": true,
          "x-reload": "live"
        },
        "require_auth": {
          "title": "Require authentication",
          "description": "Whether every client has to authenticate.",
          "type": "boolean",
          "default": false,
          "x-planned": true,
          "x-reload": "live"
        },
        "admin_token": {
          "title": "Token of the administrator",
          "description": "The token that allows everything over HTTP. Give it as { file = \"...\" } or { env = \"...\" } rather than in this file.",
          "anyOf": [
            {
              "type": "string",
              "maxLength": 4096,
              "pattern": "^[^\\u0000-\\u001f\\u007f]*$",
              "x-pattern-message": "must not contain control characters such as line breaks"
            },
            {
              "$ref": "#/definitions/secret_reference"
            }
          ],
          "default": "",
          "examples": [
            {
              "file": "/etc/millrace/admin-token"
            },
            {
              "env": "MILLRACE_ADMIN_TOKEN"
            }
          ],
          "x-reload": "live",
          "x-secret": true,
          "x-planned": true
        },
        "allow_anonymous": {
          "title": "Clients without a name",
          "description": "From where clients may connect without authentication: \"loopback\" from this machine only, \"always\" from everywhere, \"never\" from nowhere.",
          "type": "string",
          "default": "loopback",
          "enum": [
            "loopback",
            "always",
            "never"
          ],
          "examples": [
            "always"
          ],
          "x-planned": true,
          "x-reload": "live"
        }
      }
    },
    "metrics": {
      "title": "Metrics",
      "description": "Figures about the daemon for monitoring systems.",
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "enabled": {
          "title": "Metrics",
          "description": "Whether /metrics is served over HTTP in the Prometheus format.",
          "type": "boolean",
          "default": true,
          "x-planned": true,
          "x-reload": "live"
        }
      }
    },
    "daemon": {
      "title": "The daemon",
      "description": "The processes: as whom and where they run, and what happens when one fails.",
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "pid_file": {
          "title": "PID file",
          "description": "The file with the process number, for people and scripts.",
          "type": "string",
          "default": "./server.pid",
          "maxLength": 4096,
          "pattern": "^[^\\u0000-\\u001f\\u007f]*$",
          "x-pattern-message": "must not contain control characters such as line breaks",
          "examples": [
            "/run/millrace/server.pid"
          ],
          "x-path": true,
          "minLength": 1,
          "x-reload": "restart"
        },
        "user": {
          "title": "User",
          "description": "The user, by name or number, as whom the workers and the store run when the daemon is started as root. The supervisor stays root: it opens the ports and reads this file, certificates and keys. Empty means the user who starts the daemon.",
          "type": "string",
          "default": "",
          "maxLength": 64,
          "pattern": "^[^\\u0000-\\u001f\\u007f]*$",
          "x-pattern-message": "must not contain control characters such as line breaks",
          "examples": [
            "millrace"
          ],
          "x-reload": "restart"
        },
        "group": {
          "title": "Group",
          "description": "The group, by name or number, as which the workers and the store run. Empty means the primary group of daemon.user.",
          "type": "string",
          "default": "",
          "maxLength": 64,
          "pattern": "^[^\\u0000-\\u001f\\u007f]*$",
          "x-pattern-message": "must not contain control characters such as line breaks",
          "examples": [
            "millrace"
          ],
          "x-reload": "restart"
        },
        "working_dir": {
          "title": "Working folder",
          "description": "The folder that the daemon works in, and that relative paths in this file start from. Empty means the folder of the configuration file for the paths, and the folder that it was started in for the daemon.",
          "type": "string",
          "default": "",
          "maxLength": 4096,
          "pattern": "^[^\\u0000-\\u001f\\u007f]*$",
          "x-pattern-message": "must not contain control characters such as line breaks",
          "examples": [
            "/var/lib/millrace"
          ],
          "x-path": true,
          "x-reload": "restart"
        },
        "workers": {
          "title": "Workers",
          "description": "The number of processes that serve clients. One is enough for most; more use more processor cores.",
          "type": "integer",
          "default": 1,
          "minimum": 1,
          "maximum": 64,
          "examples": [
            4
          ],
          "x-reload": "workers"
        },
        "auto_restart": {
          "title": "Restart what crashed",
          "description": "Whether a worker or store that crashed is started again.",
          "type": "boolean",
          "default": true,
          "x-reload": "live"
        },
        "max_restarts": {
          "title": "Restarts in a row",
          "description": "After how many restarts in a row the daemon gives up and ends with exit code 70.",
          "type": "integer",
          "default": 5,
          "minimum": 0,
          "maximum": 1000,
          "examples": [
            10
          ],
          "x-reload": "live"
        },
        "restart_cooldown_secs": {
          "title": "Cooldown",
          "description": "The longest wait in seconds before a restart, and how long a process has to run for its restarts to be forgotten.",
          "type": "integer",
          "default": 60,
          "minimum": 1,
          "maximum": 86400,
          "examples": [
            300
          ],
          "x-reload": "live"
        },
        "shutdown_timeout_secs": {
          "title": "Time to shut down",
          "description": "How many seconds connections have to finish when the daemon is stopped, before they are closed by force.",
          "type": "integer",
          "default": 30,
          "minimum": 1,
          "maximum": 3600,
          "examples": [
            90
          ],
          "x-reload": "live"
        },
        "watch_config": {
          "title": "Watch this file",
          "description": "Whether the daemon reloads this file when it changes. SIGHUP and \"server reload\" do that in any case.",
          "type": "boolean",
          "default": true,
          "x-reload": "live"
        }
      }
    }
  },
  "definitions": {
    "secret_reference": {
      "title": "A secret kept elsewhere",
      "description": "Exactly one of the two: a file that holds the secret, or the name of an environment variable that does.",
      "type": "object",
      "additionalProperties": false,
      "minProperties": 1,
      "maxProperties": 1,
      "properties": {
        "file": {
          "title": "File",
          "description": "The file that holds the secret; white space at its end is ignored.",
          "type": "string",
          "minLength": 1,
          "maxLength": 4096
        },
        "env": {
          "title": "Environment variable",
          "description": "The environment variable that holds the secret.",
          "type": "string",
          "pattern": "^[A-Za-z_][A-Za-z0-9_]*$",
          "x-pattern-message": "must be the name of an environment variable",
          "maxLength": 256
        }
      }
    }
  }
};
