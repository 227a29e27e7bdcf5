// @ts-nocheck
// Generated from schemas/config.schema.json by "npm run generate". Do not edit.
import type { Validator } from './schema-error.ts';

export const validate: Validator = validate11;

const schema14 = {"$schema":"http://json-schema.org/draft-07/schema#","type":"object","additionalProperties":false,"properties":{"network":{"type":"object","additionalProperties":false,"properties":{"bind_address":{"type":"string","maxLength":128,"pattern":"^(localhost|[0-9A-Fa-f:.]+(%[A-Za-z0-9_.-]+)?)$","x-reload":"workers"},"port":{"type":"integer","minimum":0,"maximum":65535,"x-reload":"workers"},"max_connections":{"type":"integer","minimum":1,"maximum":1000000,"x-reload":"live"},"connection_timeout_secs":{"type":"integer","minimum":1,"maximum":3600,"x-reload":"live"},"ipv6_enabled":{"type":"boolean","x-reload":"workers"},"proxy_protocol":{"type":"boolean","x-planned":true,"x-reload":"workers"}}},"listeners":{"type":"array","maxItems":64,"x-reload":"workers","items":{"type":"object","additionalProperties":false,"properties":{"name":{"type":"string","minLength":1,"maxLength":32,"pattern":"^[a-z][a-z0-9_-]*$","x-reload":"workers"},"bind_address":{"type":"string","maxLength":128,"pattern":"^(localhost|[0-9A-Fa-f:.]+(%[A-Za-z0-9_.-]+)?)$","x-reload":"workers"},"port":{"type":"integer","minimum":0,"maximum":65535,"x-reload":"workers"},"path":{"type":"string","maxLength":4096,"pattern":"^[^\\u0000-\\u001f\\u007f]*$","x-path":true,"x-planned":true,"x-reload":"workers"},"tls":{"type":"boolean","x-reload":"workers"},"protocols":{"type":"array","maxItems":16,"uniqueItems":true,"items":{"type":"string","enum":["log-frames","http","log-grpc","log-syslog","log-json"],"x-planned-values":["log-grpc","log-syslog","log-json"]},"x-reload":"workers"}},"required":["name","port"]}},"tls":{"type":"object","additionalProperties":false,"properties":{"enabled":{"type":"boolean","x-reload":"workers"},"cert_file":{"type":"string","maxLength":4096,"pattern":"^[^\\u0000-\\u001f\\u007f]*$","x-path":true,"x-reload":"live"},"key_file":{"type":"string","maxLength":4096,"pattern":"^[^\\u0000-\\u001f\\u007f]*$","x-path":true,"x-reload":"live"},"ca_file":{"type":"string","maxLength":4096,"pattern":"^[^\\u0000-\\u001f\\u007f]*$","x-path":true,"x-planned":true,"x-reload":"live"},"require_client_certs":{"type":"boolean","x-planned":true,"x-reload":"workers"},"min_version":{"type":"string","enum":["1.2","1.3"],"x-reload":"live"},"auto_generate":{"type":"boolean","x-reload":"live"}}},"logging":{"type":"object","additionalProperties":false,"properties":{"level":{"type":"string","enum":["trace","debug","info","warn","error"],"x-reload":"live"},"format":{"type":"string","enum":["json","pretty","compact"],"x-reload":"live"},"file":{"type":"string","maxLength":4096,"pattern":"^[^\\u0000-\\u001f\\u007f]*$","x-path":true,"x-reload":"live"},"rotation":{"type":"boolean","x-reload":"live"},"max_size_mb":{"type":"integer","minimum":1,"maximum":102400,"x-reload":"live"},"max_files":{"type":"integer","minimum":1,"maximum":1000,"x-reload":"live"},"console":{"type":"string","enum":["auto","json","pretty","compact","off"],"x-reload":"live"}}},"logs":{"type":"object","additionalProperties":false,"properties":{"enabled":{"type":"boolean","x-reload":"workers"},"name":{"type":"string","maxLength":64,"pattern":"^[^\\u0000-\\u001f\\u007f]*$","minLength":1,"x-reload":"live"},"directory":{"type":"string","maxLength":4096,"pattern":"^[^\\u0000-\\u001f\\u007f]*$","x-path":true,"x-reload":"store"},"file_name":{"type":"string","maxLength":200,"pattern":"^[^/\\\\\\u0000-\\u001f\\u007f]*[^/\\\\.\\u0000-\\u001f\\u007f][^/\\\\\\u0000-\\u001f\\u007f]*$","minLength":1,"x-reload":"store"},"format":{"type":"string","enum":["fixed","plain","json"],"x-reload":"workers"},"max_file_bytes":{"type":"integer","minimum":4096,"maximum":1099511627776,"x-reload":"live"},"backup_count":{"type":"integer","minimum":0,"maximum":100000,"x-reload":"live"},"initial_batch_size":{"type":"integer","minimum":1,"maximum":100000,"x-reload":"workers"},"max_batch_size":{"type":"integer","minimum":1,"maximum":100000,"x-reload":"workers"},"buffer_size":{"type":"integer","minimum":1,"maximum":65536,"x-reload":"workers"},"max_retries":{"type":"integer","minimum":0,"maximum":100,"x-reload":"live"},"retry_delay_ms":{"type":"integer","minimum":1,"maximum":60000,"x-reload":"live"},"sync":{"type":"string","enum":["batch","interval","never"],"x-reload":"live"},"sync_interval_ms":{"type":"integer","minimum":10,"maximum":600000,"x-reload":"live"},"max_message_bytes":{"type":"integer","minimum":1024,"maximum":8388608,"x-reload":"live"}}},"streams":{"type":"object","additionalProperties":false,"properties":{"enabled":{"type":"boolean","x-reload":"restart"},"heartbeat_secs":{"type":"integer","minimum":1,"maximum":3600,"x-reload":"live"},"timeout_secs":{"type":"integer","minimum":3,"maximum":86400,"x-reload":"live"},"max_batch_events":{"type":"integer","minimum":1,"maximum":1000000,"x-reload":"live"},"replay_batch_events":{"type":"integer","minimum":1,"maximum":100000,"x-reload":"live"}}},"storage":{"type":"object","additionalProperties":false,"properties":{"data_dir":{"type":"string","maxLength":4096,"pattern":"^[^\\u0000-\\u001f\\u007f]*$","x-path":true,"minLength":1,"x-reload":"restart"},"database_url":{"anyOf":[{"type":"string","maxLength":4096,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"},{"$ref":"#/definitions/secret_reference"}],"x-reload":"store","x-secret":true,"x-planned":true},"max_disk_usage_mb":{"type":"integer","minimum":16,"maximum":1073741824,"x-planned":true,"x-reload":"live"},"on_limit":{"type":"string","enum":["reject","evict-oldest"],"x-planned":true,"x-reload":"live"},"compression_enabled":{"type":"boolean","x-planned":true,"x-reload":"store"},"backup_interval_hours":{"type":"integer","minimum":0,"maximum":8760,"x-planned":true,"x-reload":"live"},"backup_retention":{"type":"integer","minimum":1,"maximum":1000,"x-planned":true,"x-reload":"live"}}},"http":{"type":"object","additionalProperties":false,"properties":{"enabled":{"type":"boolean","x-reload":"workers"},"dashboard":{"type":"boolean","x-planned":true,"x-reload":"live"},"base_url":{"type":"string","maxLength":4096,"pattern":"^[^\\u0000-\\u001f\\u007f]*$","x-planned":true,"x-reload":"live"},"dashboard_origin":{"type":"string","maxLength":4096,"pattern":"^[^\\u0000-\\u001f\\u007f]*$","x-planned":true,"x-reload":"live"}}},"auth":{"type":"object","additionalProperties":false,"properties":{"auth_file":{"type":"string","maxLength":4096,"pattern":"^[^\\u0000-\\u001f\\u007f]*$","x-path":true,"x-planned":true,"x-reload":"live"},"require_auth":{"type":"boolean","x-planned":true,"x-reload":"live"},"admin_token":{"anyOf":[{"type":"string","maxLength":4096,"pattern":"^[^\\u0000-\\u001f\\u007f]*$"},{"$ref":"#/definitions/secret_reference"}],"x-reload":"live","x-secret":true,"x-planned":true},"allow_anonymous":{"type":"string","enum":["loopback","always","never"],"x-planned":true,"x-reload":"live"}}},"metrics":{"type":"object","additionalProperties":false,"properties":{"enabled":{"type":"boolean","x-planned":true,"x-reload":"live"}}},"daemon":{"type":"object","additionalProperties":false,"properties":{"pid_file":{"type":"string","maxLength":4096,"pattern":"^[^\\u0000-\\u001f\\u007f]*$","x-path":true,"minLength":1,"x-reload":"restart"},"user":{"type":"string","maxLength":64,"pattern":"^[^\\u0000-\\u001f\\u007f]*$","x-reload":"restart"},"group":{"type":"string","maxLength":64,"pattern":"^[^\\u0000-\\u001f\\u007f]*$","x-reload":"restart"},"working_dir":{"type":"string","maxLength":4096,"pattern":"^[^\\u0000-\\u001f\\u007f]*$","x-path":true,"x-reload":"restart"},"workers":{"type":"integer","minimum":1,"maximum":64,"x-reload":"workers"},"auto_restart":{"type":"boolean","x-reload":"live"},"max_restarts":{"type":"integer","minimum":0,"maximum":1000,"x-reload":"live"},"restart_cooldown_secs":{"type":"integer","minimum":1,"maximum":86400,"x-reload":"live"},"shutdown_timeout_secs":{"type":"integer","minimum":1,"maximum":3600,"x-reload":"live"},"watch_config":{"type":"boolean","x-reload":"live"}}}},"definitions":{"secret_reference":{"type":"object","additionalProperties":false,"minProperties":1,"maxProperties":1,"properties":{"file":{"type":"string","minLength":1,"maxLength":4096},"env":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_]*$","maxLength":256}}}}};
const schema15 = {"type":"object","additionalProperties":false,"minProperties":1,"maxProperties":1,"properties":{"file":{"type":"string","minLength":1,"maxLength":4096},"env":{"type":"string","pattern":"^[A-Za-z_][A-Za-z0-9_]*$","maxLength":256}}};
const func2 = Object.prototype.hasOwnProperty;
const func3 = (text) => [...text].length;
const pattern0 = new RegExp("^(localhost|[0-9A-Fa-f:.]+(%[A-Za-z0-9_.-]+)?)$", "u");
const pattern1 = new RegExp("^[a-z][a-z0-9_-]*$", "u");
const pattern3 = new RegExp("^[^\\u0000-\\u001f\\u007f]*$", "u");
const pattern10 = new RegExp("^[^/\\\\\\u0000-\\u001f\\u007f]*[^/\\\\.\\u0000-\\u001f\\u007f][^/\\\\\\u0000-\\u001f\\u007f]*$", "u");
const pattern13 = new RegExp("^[A-Za-z_][A-Za-z0-9_]*$", "u");

function validate11(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func2.call(schema14.properties, key0))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.network !== undefined){
let data0 = data.network;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
for(const key1 in data0){
if(!((((((key1 === "bind_address") || (key1 === "port")) || (key1 === "max_connections")) || (key1 === "connection_timeout_secs")) || (key1 === "ipv6_enabled")) || (key1 === "proxy_protocol"))){
const err1 = {instancePath:instancePath+"/network",schemaPath:"#/properties/network/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data0.bind_address !== undefined){
let data1 = data0.bind_address;
if(typeof data1 === "string"){
if(func3(data1) > 128){
const err2 = {instancePath:instancePath+"/network/bind_address",schemaPath:"#/properties/network/properties/bind_address/maxLength",keyword:"maxLength",params:{limit: 128}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(!pattern0.test(data1)){
const err3 = {instancePath:instancePath+"/network/bind_address",schemaPath:"#/properties/network/properties/bind_address/pattern",keyword:"pattern",params:{pattern: "^(localhost|[0-9A-Fa-f:.]+(%[A-Za-z0-9_.-]+)?)$"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
else {
const err4 = {instancePath:instancePath+"/network/bind_address",schemaPath:"#/properties/network/properties/bind_address/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data0.port !== undefined){
let data2 = data0.port;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
const err5 = {instancePath:instancePath+"/network/port",schemaPath:"#/properties/network/properties/port/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 65535 || isNaN(data2)){
const err6 = {instancePath:instancePath+"/network/port",schemaPath:"#/properties/network/properties/port/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data2 < 0 || isNaN(data2)){
const err7 = {instancePath:instancePath+"/network/port",schemaPath:"#/properties/network/properties/port/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
if(data0.max_connections !== undefined){
let data3 = data0.max_connections;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
const err8 = {instancePath:instancePath+"/network/max_connections",schemaPath:"#/properties/network/properties/max_connections/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 1000000 || isNaN(data3)){
const err9 = {instancePath:instancePath+"/network/max_connections",schemaPath:"#/properties/network/properties/max_connections/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(data3 < 1 || isNaN(data3)){
const err10 = {instancePath:instancePath+"/network/max_connections",schemaPath:"#/properties/network/properties/max_connections/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
}
if(data0.connection_timeout_secs !== undefined){
let data4 = data0.connection_timeout_secs;
if(!(((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4))) && (isFinite(data4)))){
const err11 = {instancePath:instancePath+"/network/connection_timeout_secs",schemaPath:"#/properties/network/properties/connection_timeout_secs/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 > 3600 || isNaN(data4)){
const err12 = {instancePath:instancePath+"/network/connection_timeout_secs",schemaPath:"#/properties/network/properties/connection_timeout_secs/maximum",keyword:"maximum",params:{comparison: "<=", limit: 3600}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if(data4 < 1 || isNaN(data4)){
const err13 = {instancePath:instancePath+"/network/connection_timeout_secs",schemaPath:"#/properties/network/properties/connection_timeout_secs/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
}
if(data0.ipv6_enabled !== undefined){
if(typeof data0.ipv6_enabled !== "boolean"){
const err14 = {instancePath:instancePath+"/network/ipv6_enabled",schemaPath:"#/properties/network/properties/ipv6_enabled/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data0.proxy_protocol !== undefined){
if(typeof data0.proxy_protocol !== "boolean"){
const err15 = {instancePath:instancePath+"/network/proxy_protocol",schemaPath:"#/properties/network/properties/proxy_protocol/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
else {
const err16 = {instancePath:instancePath+"/network",schemaPath:"#/properties/network/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data.listeners !== undefined){
let data7 = data.listeners;
if(Array.isArray(data7)){
if(data7.length > 64){
const err17 = {instancePath:instancePath+"/listeners",schemaPath:"#/properties/listeners/maxItems",keyword:"maxItems",params:{limit: 64}};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
const len0 = data7.length;
for(let i0=0; i0<len0; i0++){
let data8 = data7[i0];
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
if(data8.name === undefined){
const err18 = {instancePath:instancePath+"/listeners/" + i0,schemaPath:"#/properties/listeners/items/required",keyword:"required",params:{missingProperty: "name"}};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(data8.port === undefined){
const err19 = {instancePath:instancePath+"/listeners/" + i0,schemaPath:"#/properties/listeners/items/required",keyword:"required",params:{missingProperty: "port"}};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
for(const key2 in data8){
if(!((((((key2 === "name") || (key2 === "bind_address")) || (key2 === "port")) || (key2 === "path")) || (key2 === "tls")) || (key2 === "protocols"))){
const err20 = {instancePath:instancePath+"/listeners/" + i0,schemaPath:"#/properties/listeners/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2}};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data8.name !== undefined){
let data9 = data8.name;
if(typeof data9 === "string"){
if(func3(data9) > 32){
const err21 = {instancePath:instancePath+"/listeners/" + i0+"/name",schemaPath:"#/properties/listeners/items/properties/name/maxLength",keyword:"maxLength",params:{limit: 32}};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if(func3(data9) < 1){
const err22 = {instancePath:instancePath+"/listeners/" + i0+"/name",schemaPath:"#/properties/listeners/items/properties/name/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
if(!pattern1.test(data9)){
const err23 = {instancePath:instancePath+"/listeners/" + i0+"/name",schemaPath:"#/properties/listeners/items/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-z][a-z0-9_-]*$"}};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
else {
const err24 = {instancePath:instancePath+"/listeners/" + i0+"/name",schemaPath:"#/properties/listeners/items/properties/name/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data8.bind_address !== undefined){
let data10 = data8.bind_address;
if(typeof data10 === "string"){
if(func3(data10) > 128){
const err25 = {instancePath:instancePath+"/listeners/" + i0+"/bind_address",schemaPath:"#/properties/listeners/items/properties/bind_address/maxLength",keyword:"maxLength",params:{limit: 128}};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if(!pattern0.test(data10)){
const err26 = {instancePath:instancePath+"/listeners/" + i0+"/bind_address",schemaPath:"#/properties/listeners/items/properties/bind_address/pattern",keyword:"pattern",params:{pattern: "^(localhost|[0-9A-Fa-f:.]+(%[A-Za-z0-9_.-]+)?)$"}};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
else {
const err27 = {instancePath:instancePath+"/listeners/" + i0+"/bind_address",schemaPath:"#/properties/listeners/items/properties/bind_address/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data8.port !== undefined){
let data11 = data8.port;
if(!(((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11))) && (isFinite(data11)))){
const err28 = {instancePath:instancePath+"/listeners/" + i0+"/port",schemaPath:"#/properties/listeners/items/properties/port/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 > 65535 || isNaN(data11)){
const err29 = {instancePath:instancePath+"/listeners/" + i0+"/port",schemaPath:"#/properties/listeners/items/properties/port/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535}};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
if(data11 < 0 || isNaN(data11)){
const err30 = {instancePath:instancePath+"/listeners/" + i0+"/port",schemaPath:"#/properties/listeners/items/properties/port/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
}
if(data8.path !== undefined){
let data12 = data8.path;
if(typeof data12 === "string"){
if(func3(data12) > 4096){
const err31 = {instancePath:instancePath+"/listeners/" + i0+"/path",schemaPath:"#/properties/listeners/items/properties/path/maxLength",keyword:"maxLength",params:{limit: 4096}};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
if(!pattern3.test(data12)){
const err32 = {instancePath:instancePath+"/listeners/" + i0+"/path",schemaPath:"#/properties/listeners/items/properties/path/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
else {
const err33 = {instancePath:instancePath+"/listeners/" + i0+"/path",schemaPath:"#/properties/listeners/items/properties/path/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data8.tls !== undefined){
if(typeof data8.tls !== "boolean"){
const err34 = {instancePath:instancePath+"/listeners/" + i0+"/tls",schemaPath:"#/properties/listeners/items/properties/tls/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data8.protocols !== undefined){
let data14 = data8.protocols;
if(Array.isArray(data14)){
if(data14.length > 16){
const err35 = {instancePath:instancePath+"/listeners/" + i0+"/protocols",schemaPath:"#/properties/listeners/items/properties/protocols/maxItems",keyword:"maxItems",params:{limit: 16}};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
const len1 = data14.length;
for(let i1=0; i1<len1; i1++){
let data15 = data14[i1];
if(typeof data15 !== "string"){
const err36 = {instancePath:instancePath+"/listeners/" + i0+"/protocols/" + i1,schemaPath:"#/properties/listeners/items/properties/protocols/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
if(!(((((data15 === "log-frames") || (data15 === "http")) || (data15 === "log-grpc")) || (data15 === "log-syslog")) || (data15 === "log-json"))){
const err37 = {instancePath:instancePath+"/listeners/" + i0+"/protocols/" + i1,schemaPath:"#/properties/listeners/items/properties/protocols/items/enum",keyword:"enum",params:{allowedValues: schema14.properties.listeners.items.properties.protocols.items.enum}};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
let i2 = data14.length;
let j0;
if(i2 > 1){
const indices0 = {};
for(;i2--;){
let item0 = data14[i2];
if(typeof item0 !== "string"){
continue;
}
if(typeof indices0[item0] == "number"){
j0 = indices0[item0];
const err38 = {instancePath:instancePath+"/listeners/" + i0+"/protocols",schemaPath:"#/properties/listeners/items/properties/protocols/uniqueItems",keyword:"uniqueItems",params:{i: i2, j: j0}};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
break;
}
indices0[item0] = i2;
}
}
}
else {
const err39 = {instancePath:instancePath+"/listeners/" + i0+"/protocols",schemaPath:"#/properties/listeners/items/properties/protocols/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
}
else {
const err40 = {instancePath:instancePath+"/listeners/" + i0,schemaPath:"#/properties/listeners/items/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
}
else {
const err41 = {instancePath:instancePath+"/listeners",schemaPath:"#/properties/listeners/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
if(data.tls !== undefined){
let data16 = data.tls;
if(data16 && typeof data16 == "object" && !Array.isArray(data16)){
for(const key3 in data16){
if(!(((((((key3 === "enabled") || (key3 === "cert_file")) || (key3 === "key_file")) || (key3 === "ca_file")) || (key3 === "require_client_certs")) || (key3 === "min_version")) || (key3 === "auto_generate"))){
const err42 = {instancePath:instancePath+"/tls",schemaPath:"#/properties/tls/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3}};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
if(data16.enabled !== undefined){
if(typeof data16.enabled !== "boolean"){
const err43 = {instancePath:instancePath+"/tls/enabled",schemaPath:"#/properties/tls/properties/enabled/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
if(data16.cert_file !== undefined){
let data18 = data16.cert_file;
if(typeof data18 === "string"){
if(func3(data18) > 4096){
const err44 = {instancePath:instancePath+"/tls/cert_file",schemaPath:"#/properties/tls/properties/cert_file/maxLength",keyword:"maxLength",params:{limit: 4096}};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
if(!pattern3.test(data18)){
const err45 = {instancePath:instancePath+"/tls/cert_file",schemaPath:"#/properties/tls/properties/cert_file/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
else {
const err46 = {instancePath:instancePath+"/tls/cert_file",schemaPath:"#/properties/tls/properties/cert_file/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
if(data16.key_file !== undefined){
let data19 = data16.key_file;
if(typeof data19 === "string"){
if(func3(data19) > 4096){
const err47 = {instancePath:instancePath+"/tls/key_file",schemaPath:"#/properties/tls/properties/key_file/maxLength",keyword:"maxLength",params:{limit: 4096}};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
if(!pattern3.test(data19)){
const err48 = {instancePath:instancePath+"/tls/key_file",schemaPath:"#/properties/tls/properties/key_file/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
else {
const err49 = {instancePath:instancePath+"/tls/key_file",schemaPath:"#/properties/tls/properties/key_file/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
if(data16.ca_file !== undefined){
let data20 = data16.ca_file;
if(typeof data20 === "string"){
if(func3(data20) > 4096){
const err50 = {instancePath:instancePath+"/tls/ca_file",schemaPath:"#/properties/tls/properties/ca_file/maxLength",keyword:"maxLength",params:{limit: 4096}};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
if(!pattern3.test(data20)){
const err51 = {instancePath:instancePath+"/tls/ca_file",schemaPath:"#/properties/tls/properties/ca_file/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
else {
const err52 = {instancePath:instancePath+"/tls/ca_file",schemaPath:"#/properties/tls/properties/ca_file/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
if(data16.require_client_certs !== undefined){
if(typeof data16.require_client_certs !== "boolean"){
const err53 = {instancePath:instancePath+"/tls/require_client_certs",schemaPath:"#/properties/tls/properties/require_client_certs/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
if(data16.min_version !== undefined){
let data22 = data16.min_version;
if(typeof data22 !== "string"){
const err54 = {instancePath:instancePath+"/tls/min_version",schemaPath:"#/properties/tls/properties/min_version/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
if(!((data22 === "1.2") || (data22 === "1.3"))){
const err55 = {instancePath:instancePath+"/tls/min_version",schemaPath:"#/properties/tls/properties/min_version/enum",keyword:"enum",params:{allowedValues: schema14.properties.tls.properties.min_version.enum}};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
}
if(data16.auto_generate !== undefined){
if(typeof data16.auto_generate !== "boolean"){
const err56 = {instancePath:instancePath+"/tls/auto_generate",schemaPath:"#/properties/tls/properties/auto_generate/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
}
else {
const err57 = {instancePath:instancePath+"/tls",schemaPath:"#/properties/tls/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
if(data.logging !== undefined){
let data24 = data.logging;
if(data24 && typeof data24 == "object" && !Array.isArray(data24)){
for(const key4 in data24){
if(!(((((((key4 === "level") || (key4 === "format")) || (key4 === "file")) || (key4 === "rotation")) || (key4 === "max_size_mb")) || (key4 === "max_files")) || (key4 === "console"))){
const err58 = {instancePath:instancePath+"/logging",schemaPath:"#/properties/logging/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4}};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
if(data24.level !== undefined){
let data25 = data24.level;
if(typeof data25 !== "string"){
const err59 = {instancePath:instancePath+"/logging/level",schemaPath:"#/properties/logging/properties/level/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
if(!(((((data25 === "trace") || (data25 === "debug")) || (data25 === "info")) || (data25 === "warn")) || (data25 === "error"))){
const err60 = {instancePath:instancePath+"/logging/level",schemaPath:"#/properties/logging/properties/level/enum",keyword:"enum",params:{allowedValues: schema14.properties.logging.properties.level.enum}};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
if(data24.format !== undefined){
let data26 = data24.format;
if(typeof data26 !== "string"){
const err61 = {instancePath:instancePath+"/logging/format",schemaPath:"#/properties/logging/properties/format/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
if(!(((data26 === "json") || (data26 === "pretty")) || (data26 === "compact"))){
const err62 = {instancePath:instancePath+"/logging/format",schemaPath:"#/properties/logging/properties/format/enum",keyword:"enum",params:{allowedValues: schema14.properties.logging.properties.format.enum}};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
if(data24.file !== undefined){
let data27 = data24.file;
if(typeof data27 === "string"){
if(func3(data27) > 4096){
const err63 = {instancePath:instancePath+"/logging/file",schemaPath:"#/properties/logging/properties/file/maxLength",keyword:"maxLength",params:{limit: 4096}};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
if(!pattern3.test(data27)){
const err64 = {instancePath:instancePath+"/logging/file",schemaPath:"#/properties/logging/properties/file/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
else {
const err65 = {instancePath:instancePath+"/logging/file",schemaPath:"#/properties/logging/properties/file/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
}
if(data24.rotation !== undefined){
if(typeof data24.rotation !== "boolean"){
const err66 = {instancePath:instancePath+"/logging/rotation",schemaPath:"#/properties/logging/properties/rotation/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
}
if(data24.max_size_mb !== undefined){
let data29 = data24.max_size_mb;
if(!(((typeof data29 == "number") && (!(data29 % 1) && !isNaN(data29))) && (isFinite(data29)))){
const err67 = {instancePath:instancePath+"/logging/max_size_mb",schemaPath:"#/properties/logging/properties/max_size_mb/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
if((typeof data29 == "number") && (isFinite(data29))){
if(data29 > 102400 || isNaN(data29)){
const err68 = {instancePath:instancePath+"/logging/max_size_mb",schemaPath:"#/properties/logging/properties/max_size_mb/maximum",keyword:"maximum",params:{comparison: "<=", limit: 102400}};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
if(data29 < 1 || isNaN(data29)){
const err69 = {instancePath:instancePath+"/logging/max_size_mb",schemaPath:"#/properties/logging/properties/max_size_mb/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
}
if(data24.max_files !== undefined){
let data30 = data24.max_files;
if(!(((typeof data30 == "number") && (!(data30 % 1) && !isNaN(data30))) && (isFinite(data30)))){
const err70 = {instancePath:instancePath+"/logging/max_files",schemaPath:"#/properties/logging/properties/max_files/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
if((typeof data30 == "number") && (isFinite(data30))){
if(data30 > 1000 || isNaN(data30)){
const err71 = {instancePath:instancePath+"/logging/max_files",schemaPath:"#/properties/logging/properties/max_files/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000}};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
if(data30 < 1 || isNaN(data30)){
const err72 = {instancePath:instancePath+"/logging/max_files",schemaPath:"#/properties/logging/properties/max_files/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
}
}
if(data24.console !== undefined){
let data31 = data24.console;
if(typeof data31 !== "string"){
const err73 = {instancePath:instancePath+"/logging/console",schemaPath:"#/properties/logging/properties/console/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
if(!(((((data31 === "auto") || (data31 === "json")) || (data31 === "pretty")) || (data31 === "compact")) || (data31 === "off"))){
const err74 = {instancePath:instancePath+"/logging/console",schemaPath:"#/properties/logging/properties/console/enum",keyword:"enum",params:{allowedValues: schema14.properties.logging.properties.console.enum}};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
}
}
else {
const err75 = {instancePath:instancePath+"/logging",schemaPath:"#/properties/logging/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
}
if(data.logs !== undefined){
let data32 = data.logs;
if(data32 && typeof data32 == "object" && !Array.isArray(data32)){
for(const key5 in data32){
if(!(func2.call(schema14.properties.logs.properties, key5))){
const err76 = {instancePath:instancePath+"/logs",schemaPath:"#/properties/logs/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5}};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
}
if(data32.enabled !== undefined){
if(typeof data32.enabled !== "boolean"){
const err77 = {instancePath:instancePath+"/logs/enabled",schemaPath:"#/properties/logs/properties/enabled/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
}
if(data32.name !== undefined){
let data34 = data32.name;
if(typeof data34 === "string"){
if(func3(data34) > 64){
const err78 = {instancePath:instancePath+"/logs/name",schemaPath:"#/properties/logs/properties/name/maxLength",keyword:"maxLength",params:{limit: 64}};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
if(func3(data34) < 1){
const err79 = {instancePath:instancePath+"/logs/name",schemaPath:"#/properties/logs/properties/name/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
if(!pattern3.test(data34)){
const err80 = {instancePath:instancePath+"/logs/name",schemaPath:"#/properties/logs/properties/name/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
}
else {
const err81 = {instancePath:instancePath+"/logs/name",schemaPath:"#/properties/logs/properties/name/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
}
if(data32.directory !== undefined){
let data35 = data32.directory;
if(typeof data35 === "string"){
if(func3(data35) > 4096){
const err82 = {instancePath:instancePath+"/logs/directory",schemaPath:"#/properties/logs/properties/directory/maxLength",keyword:"maxLength",params:{limit: 4096}};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
if(!pattern3.test(data35)){
const err83 = {instancePath:instancePath+"/logs/directory",schemaPath:"#/properties/logs/properties/directory/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
}
else {
const err84 = {instancePath:instancePath+"/logs/directory",schemaPath:"#/properties/logs/properties/directory/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
}
if(data32.file_name !== undefined){
let data36 = data32.file_name;
if(typeof data36 === "string"){
if(func3(data36) > 200){
const err85 = {instancePath:instancePath+"/logs/file_name",schemaPath:"#/properties/logs/properties/file_name/maxLength",keyword:"maxLength",params:{limit: 200}};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
if(func3(data36) < 1){
const err86 = {instancePath:instancePath+"/logs/file_name",schemaPath:"#/properties/logs/properties/file_name/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
if(!pattern10.test(data36)){
const err87 = {instancePath:instancePath+"/logs/file_name",schemaPath:"#/properties/logs/properties/file_name/pattern",keyword:"pattern",params:{pattern: "^[^/\\\\\\u0000-\\u001f\\u007f]*[^/\\\\.\\u0000-\\u001f\\u007f][^/\\\\\\u0000-\\u001f\\u007f]*$"}};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
}
}
else {
const err88 = {instancePath:instancePath+"/logs/file_name",schemaPath:"#/properties/logs/properties/file_name/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
}
if(data32.format !== undefined){
let data37 = data32.format;
if(typeof data37 !== "string"){
const err89 = {instancePath:instancePath+"/logs/format",schemaPath:"#/properties/logs/properties/format/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err89];
}
else {
vErrors.push(err89);
}
errors++;
}
if(!(((data37 === "fixed") || (data37 === "plain")) || (data37 === "json"))){
const err90 = {instancePath:instancePath+"/logs/format",schemaPath:"#/properties/logs/properties/format/enum",keyword:"enum",params:{allowedValues: schema14.properties.logs.properties.format.enum}};
if(vErrors === null){
vErrors = [err90];
}
else {
vErrors.push(err90);
}
errors++;
}
}
if(data32.max_file_bytes !== undefined){
let data38 = data32.max_file_bytes;
if(!(((typeof data38 == "number") && (!(data38 % 1) && !isNaN(data38))) && (isFinite(data38)))){
const err91 = {instancePath:instancePath+"/logs/max_file_bytes",schemaPath:"#/properties/logs/properties/max_file_bytes/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err91];
}
else {
vErrors.push(err91);
}
errors++;
}
if((typeof data38 == "number") && (isFinite(data38))){
if(data38 > 1099511627776 || isNaN(data38)){
const err92 = {instancePath:instancePath+"/logs/max_file_bytes",schemaPath:"#/properties/logs/properties/max_file_bytes/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1099511627776}};
if(vErrors === null){
vErrors = [err92];
}
else {
vErrors.push(err92);
}
errors++;
}
if(data38 < 4096 || isNaN(data38)){
const err93 = {instancePath:instancePath+"/logs/max_file_bytes",schemaPath:"#/properties/logs/properties/max_file_bytes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 4096}};
if(vErrors === null){
vErrors = [err93];
}
else {
vErrors.push(err93);
}
errors++;
}
}
}
if(data32.backup_count !== undefined){
let data39 = data32.backup_count;
if(!(((typeof data39 == "number") && (!(data39 % 1) && !isNaN(data39))) && (isFinite(data39)))){
const err94 = {instancePath:instancePath+"/logs/backup_count",schemaPath:"#/properties/logs/properties/backup_count/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err94];
}
else {
vErrors.push(err94);
}
errors++;
}
if((typeof data39 == "number") && (isFinite(data39))){
if(data39 > 100000 || isNaN(data39)){
const err95 = {instancePath:instancePath+"/logs/backup_count",schemaPath:"#/properties/logs/properties/backup_count/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100000}};
if(vErrors === null){
vErrors = [err95];
}
else {
vErrors.push(err95);
}
errors++;
}
if(data39 < 0 || isNaN(data39)){
const err96 = {instancePath:instancePath+"/logs/backup_count",schemaPath:"#/properties/logs/properties/backup_count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err96];
}
else {
vErrors.push(err96);
}
errors++;
}
}
}
if(data32.initial_batch_size !== undefined){
let data40 = data32.initial_batch_size;
if(!(((typeof data40 == "number") && (!(data40 % 1) && !isNaN(data40))) && (isFinite(data40)))){
const err97 = {instancePath:instancePath+"/logs/initial_batch_size",schemaPath:"#/properties/logs/properties/initial_batch_size/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err97];
}
else {
vErrors.push(err97);
}
errors++;
}
if((typeof data40 == "number") && (isFinite(data40))){
if(data40 > 100000 || isNaN(data40)){
const err98 = {instancePath:instancePath+"/logs/initial_batch_size",schemaPath:"#/properties/logs/properties/initial_batch_size/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100000}};
if(vErrors === null){
vErrors = [err98];
}
else {
vErrors.push(err98);
}
errors++;
}
if(data40 < 1 || isNaN(data40)){
const err99 = {instancePath:instancePath+"/logs/initial_batch_size",schemaPath:"#/properties/logs/properties/initial_batch_size/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err99];
}
else {
vErrors.push(err99);
}
errors++;
}
}
}
if(data32.max_batch_size !== undefined){
let data41 = data32.max_batch_size;
if(!(((typeof data41 == "number") && (!(data41 % 1) && !isNaN(data41))) && (isFinite(data41)))){
const err100 = {instancePath:instancePath+"/logs/max_batch_size",schemaPath:"#/properties/logs/properties/max_batch_size/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err100];
}
else {
vErrors.push(err100);
}
errors++;
}
if((typeof data41 == "number") && (isFinite(data41))){
if(data41 > 100000 || isNaN(data41)){
const err101 = {instancePath:instancePath+"/logs/max_batch_size",schemaPath:"#/properties/logs/properties/max_batch_size/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100000}};
if(vErrors === null){
vErrors = [err101];
}
else {
vErrors.push(err101);
}
errors++;
}
if(data41 < 1 || isNaN(data41)){
const err102 = {instancePath:instancePath+"/logs/max_batch_size",schemaPath:"#/properties/logs/properties/max_batch_size/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err102];
}
else {
vErrors.push(err102);
}
errors++;
}
}
}
if(data32.buffer_size !== undefined){
let data42 = data32.buffer_size;
if(!(((typeof data42 == "number") && (!(data42 % 1) && !isNaN(data42))) && (isFinite(data42)))){
const err103 = {instancePath:instancePath+"/logs/buffer_size",schemaPath:"#/properties/logs/properties/buffer_size/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err103];
}
else {
vErrors.push(err103);
}
errors++;
}
if((typeof data42 == "number") && (isFinite(data42))){
if(data42 > 65536 || isNaN(data42)){
const err104 = {instancePath:instancePath+"/logs/buffer_size",schemaPath:"#/properties/logs/properties/buffer_size/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65536}};
if(vErrors === null){
vErrors = [err104];
}
else {
vErrors.push(err104);
}
errors++;
}
if(data42 < 1 || isNaN(data42)){
const err105 = {instancePath:instancePath+"/logs/buffer_size",schemaPath:"#/properties/logs/properties/buffer_size/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err105];
}
else {
vErrors.push(err105);
}
errors++;
}
}
}
if(data32.max_retries !== undefined){
let data43 = data32.max_retries;
if(!(((typeof data43 == "number") && (!(data43 % 1) && !isNaN(data43))) && (isFinite(data43)))){
const err106 = {instancePath:instancePath+"/logs/max_retries",schemaPath:"#/properties/logs/properties/max_retries/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err106];
}
else {
vErrors.push(err106);
}
errors++;
}
if((typeof data43 == "number") && (isFinite(data43))){
if(data43 > 100 || isNaN(data43)){
const err107 = {instancePath:instancePath+"/logs/max_retries",schemaPath:"#/properties/logs/properties/max_retries/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100}};
if(vErrors === null){
vErrors = [err107];
}
else {
vErrors.push(err107);
}
errors++;
}
if(data43 < 0 || isNaN(data43)){
const err108 = {instancePath:instancePath+"/logs/max_retries",schemaPath:"#/properties/logs/properties/max_retries/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err108];
}
else {
vErrors.push(err108);
}
errors++;
}
}
}
if(data32.retry_delay_ms !== undefined){
let data44 = data32.retry_delay_ms;
if(!(((typeof data44 == "number") && (!(data44 % 1) && !isNaN(data44))) && (isFinite(data44)))){
const err109 = {instancePath:instancePath+"/logs/retry_delay_ms",schemaPath:"#/properties/logs/properties/retry_delay_ms/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err109];
}
else {
vErrors.push(err109);
}
errors++;
}
if((typeof data44 == "number") && (isFinite(data44))){
if(data44 > 60000 || isNaN(data44)){
const err110 = {instancePath:instancePath+"/logs/retry_delay_ms",schemaPath:"#/properties/logs/properties/retry_delay_ms/maximum",keyword:"maximum",params:{comparison: "<=", limit: 60000}};
if(vErrors === null){
vErrors = [err110];
}
else {
vErrors.push(err110);
}
errors++;
}
if(data44 < 1 || isNaN(data44)){
const err111 = {instancePath:instancePath+"/logs/retry_delay_ms",schemaPath:"#/properties/logs/properties/retry_delay_ms/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err111];
}
else {
vErrors.push(err111);
}
errors++;
}
}
}
if(data32.sync !== undefined){
let data45 = data32.sync;
if(typeof data45 !== "string"){
const err112 = {instancePath:instancePath+"/logs/sync",schemaPath:"#/properties/logs/properties/sync/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err112];
}
else {
vErrors.push(err112);
}
errors++;
}
if(!(((data45 === "batch") || (data45 === "interval")) || (data45 === "never"))){
const err113 = {instancePath:instancePath+"/logs/sync",schemaPath:"#/properties/logs/properties/sync/enum",keyword:"enum",params:{allowedValues: schema14.properties.logs.properties.sync.enum}};
if(vErrors === null){
vErrors = [err113];
}
else {
vErrors.push(err113);
}
errors++;
}
}
if(data32.sync_interval_ms !== undefined){
let data46 = data32.sync_interval_ms;
if(!(((typeof data46 == "number") && (!(data46 % 1) && !isNaN(data46))) && (isFinite(data46)))){
const err114 = {instancePath:instancePath+"/logs/sync_interval_ms",schemaPath:"#/properties/logs/properties/sync_interval_ms/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err114];
}
else {
vErrors.push(err114);
}
errors++;
}
if((typeof data46 == "number") && (isFinite(data46))){
if(data46 > 600000 || isNaN(data46)){
const err115 = {instancePath:instancePath+"/logs/sync_interval_ms",schemaPath:"#/properties/logs/properties/sync_interval_ms/maximum",keyword:"maximum",params:{comparison: "<=", limit: 600000}};
if(vErrors === null){
vErrors = [err115];
}
else {
vErrors.push(err115);
}
errors++;
}
if(data46 < 10 || isNaN(data46)){
const err116 = {instancePath:instancePath+"/logs/sync_interval_ms",schemaPath:"#/properties/logs/properties/sync_interval_ms/minimum",keyword:"minimum",params:{comparison: ">=", limit: 10}};
if(vErrors === null){
vErrors = [err116];
}
else {
vErrors.push(err116);
}
errors++;
}
}
}
if(data32.max_message_bytes !== undefined){
let data47 = data32.max_message_bytes;
if(!(((typeof data47 == "number") && (!(data47 % 1) && !isNaN(data47))) && (isFinite(data47)))){
const err117 = {instancePath:instancePath+"/logs/max_message_bytes",schemaPath:"#/properties/logs/properties/max_message_bytes/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err117];
}
else {
vErrors.push(err117);
}
errors++;
}
if((typeof data47 == "number") && (isFinite(data47))){
if(data47 > 8388608 || isNaN(data47)){
const err118 = {instancePath:instancePath+"/logs/max_message_bytes",schemaPath:"#/properties/logs/properties/max_message_bytes/maximum",keyword:"maximum",params:{comparison: "<=", limit: 8388608}};
if(vErrors === null){
vErrors = [err118];
}
else {
vErrors.push(err118);
}
errors++;
}
if(data47 < 1024 || isNaN(data47)){
const err119 = {instancePath:instancePath+"/logs/max_message_bytes",schemaPath:"#/properties/logs/properties/max_message_bytes/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1024}};
if(vErrors === null){
vErrors = [err119];
}
else {
vErrors.push(err119);
}
errors++;
}
}
}
}
else {
const err120 = {instancePath:instancePath+"/logs",schemaPath:"#/properties/logs/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err120];
}
else {
vErrors.push(err120);
}
errors++;
}
}
if(data.streams !== undefined){
let data48 = data.streams;
if(data48 && typeof data48 == "object" && !Array.isArray(data48)){
for(const key6 in data48){
if(!(((((key6 === "enabled") || (key6 === "heartbeat_secs")) || (key6 === "timeout_secs")) || (key6 === "max_batch_events")) || (key6 === "replay_batch_events"))){
const err121 = {instancePath:instancePath+"/streams",schemaPath:"#/properties/streams/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6}};
if(vErrors === null){
vErrors = [err121];
}
else {
vErrors.push(err121);
}
errors++;
}
}
if(data48.enabled !== undefined){
if(typeof data48.enabled !== "boolean"){
const err122 = {instancePath:instancePath+"/streams/enabled",schemaPath:"#/properties/streams/properties/enabled/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err122];
}
else {
vErrors.push(err122);
}
errors++;
}
}
if(data48.heartbeat_secs !== undefined){
let data50 = data48.heartbeat_secs;
if(!(((typeof data50 == "number") && (!(data50 % 1) && !isNaN(data50))) && (isFinite(data50)))){
const err123 = {instancePath:instancePath+"/streams/heartbeat_secs",schemaPath:"#/properties/streams/properties/heartbeat_secs/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err123];
}
else {
vErrors.push(err123);
}
errors++;
}
if((typeof data50 == "number") && (isFinite(data50))){
if(data50 > 3600 || isNaN(data50)){
const err124 = {instancePath:instancePath+"/streams/heartbeat_secs",schemaPath:"#/properties/streams/properties/heartbeat_secs/maximum",keyword:"maximum",params:{comparison: "<=", limit: 3600}};
if(vErrors === null){
vErrors = [err124];
}
else {
vErrors.push(err124);
}
errors++;
}
if(data50 < 1 || isNaN(data50)){
const err125 = {instancePath:instancePath+"/streams/heartbeat_secs",schemaPath:"#/properties/streams/properties/heartbeat_secs/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err125];
}
else {
vErrors.push(err125);
}
errors++;
}
}
}
if(data48.timeout_secs !== undefined){
let data51 = data48.timeout_secs;
if(!(((typeof data51 == "number") && (!(data51 % 1) && !isNaN(data51))) && (isFinite(data51)))){
const err126 = {instancePath:instancePath+"/streams/timeout_secs",schemaPath:"#/properties/streams/properties/timeout_secs/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err126];
}
else {
vErrors.push(err126);
}
errors++;
}
if((typeof data51 == "number") && (isFinite(data51))){
if(data51 > 86400 || isNaN(data51)){
const err127 = {instancePath:instancePath+"/streams/timeout_secs",schemaPath:"#/properties/streams/properties/timeout_secs/maximum",keyword:"maximum",params:{comparison: "<=", limit: 86400}};
if(vErrors === null){
vErrors = [err127];
}
else {
vErrors.push(err127);
}
errors++;
}
if(data51 < 3 || isNaN(data51)){
const err128 = {instancePath:instancePath+"/streams/timeout_secs",schemaPath:"#/properties/streams/properties/timeout_secs/minimum",keyword:"minimum",params:{comparison: ">=", limit: 3}};
if(vErrors === null){
vErrors = [err128];
}
else {
vErrors.push(err128);
}
errors++;
}
}
}
if(data48.max_batch_events !== undefined){
let data52 = data48.max_batch_events;
if(!(((typeof data52 == "number") && (!(data52 % 1) && !isNaN(data52))) && (isFinite(data52)))){
const err129 = {instancePath:instancePath+"/streams/max_batch_events",schemaPath:"#/properties/streams/properties/max_batch_events/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err129];
}
else {
vErrors.push(err129);
}
errors++;
}
if((typeof data52 == "number") && (isFinite(data52))){
if(data52 > 1000000 || isNaN(data52)){
const err130 = {instancePath:instancePath+"/streams/max_batch_events",schemaPath:"#/properties/streams/properties/max_batch_events/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000}};
if(vErrors === null){
vErrors = [err130];
}
else {
vErrors.push(err130);
}
errors++;
}
if(data52 < 1 || isNaN(data52)){
const err131 = {instancePath:instancePath+"/streams/max_batch_events",schemaPath:"#/properties/streams/properties/max_batch_events/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err131];
}
else {
vErrors.push(err131);
}
errors++;
}
}
}
if(data48.replay_batch_events !== undefined){
let data53 = data48.replay_batch_events;
if(!(((typeof data53 == "number") && (!(data53 % 1) && !isNaN(data53))) && (isFinite(data53)))){
const err132 = {instancePath:instancePath+"/streams/replay_batch_events",schemaPath:"#/properties/streams/properties/replay_batch_events/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err132];
}
else {
vErrors.push(err132);
}
errors++;
}
if((typeof data53 == "number") && (isFinite(data53))){
if(data53 > 100000 || isNaN(data53)){
const err133 = {instancePath:instancePath+"/streams/replay_batch_events",schemaPath:"#/properties/streams/properties/replay_batch_events/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100000}};
if(vErrors === null){
vErrors = [err133];
}
else {
vErrors.push(err133);
}
errors++;
}
if(data53 < 1 || isNaN(data53)){
const err134 = {instancePath:instancePath+"/streams/replay_batch_events",schemaPath:"#/properties/streams/properties/replay_batch_events/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err134];
}
else {
vErrors.push(err134);
}
errors++;
}
}
}
}
else {
const err135 = {instancePath:instancePath+"/streams",schemaPath:"#/properties/streams/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err135];
}
else {
vErrors.push(err135);
}
errors++;
}
}
if(data.storage !== undefined){
let data54 = data.storage;
if(data54 && typeof data54 == "object" && !Array.isArray(data54)){
for(const key7 in data54){
if(!(((((((key7 === "data_dir") || (key7 === "database_url")) || (key7 === "max_disk_usage_mb")) || (key7 === "on_limit")) || (key7 === "compression_enabled")) || (key7 === "backup_interval_hours")) || (key7 === "backup_retention"))){
const err136 = {instancePath:instancePath+"/storage",schemaPath:"#/properties/storage/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7}};
if(vErrors === null){
vErrors = [err136];
}
else {
vErrors.push(err136);
}
errors++;
}
}
if(data54.data_dir !== undefined){
let data55 = data54.data_dir;
if(typeof data55 === "string"){
if(func3(data55) > 4096){
const err137 = {instancePath:instancePath+"/storage/data_dir",schemaPath:"#/properties/storage/properties/data_dir/maxLength",keyword:"maxLength",params:{limit: 4096}};
if(vErrors === null){
vErrors = [err137];
}
else {
vErrors.push(err137);
}
errors++;
}
if(func3(data55) < 1){
const err138 = {instancePath:instancePath+"/storage/data_dir",schemaPath:"#/properties/storage/properties/data_dir/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err138];
}
else {
vErrors.push(err138);
}
errors++;
}
if(!pattern3.test(data55)){
const err139 = {instancePath:instancePath+"/storage/data_dir",schemaPath:"#/properties/storage/properties/data_dir/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}};
if(vErrors === null){
vErrors = [err139];
}
else {
vErrors.push(err139);
}
errors++;
}
}
else {
const err140 = {instancePath:instancePath+"/storage/data_dir",schemaPath:"#/properties/storage/properties/data_dir/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err140];
}
else {
vErrors.push(err140);
}
errors++;
}
}
if(data54.database_url !== undefined){
let data56 = data54.database_url;
const _errs122 = errors;
let valid13 = false;
const _errs123 = errors;
if(typeof data56 === "string"){
if(func3(data56) > 4096){
const err141 = {instancePath:instancePath+"/storage/database_url",schemaPath:"#/properties/storage/properties/database_url/anyOf/0/maxLength",keyword:"maxLength",params:{limit: 4096}};
if(vErrors === null){
vErrors = [err141];
}
else {
vErrors.push(err141);
}
errors++;
}
if(!pattern3.test(data56)){
const err142 = {instancePath:instancePath+"/storage/database_url",schemaPath:"#/properties/storage/properties/database_url/anyOf/0/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}};
if(vErrors === null){
vErrors = [err142];
}
else {
vErrors.push(err142);
}
errors++;
}
}
else {
const err143 = {instancePath:instancePath+"/storage/database_url",schemaPath:"#/properties/storage/properties/database_url/anyOf/0/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err143];
}
else {
vErrors.push(err143);
}
errors++;
}
var _valid0 = _errs123 === errors;
valid13 = valid13 || _valid0;
if(!valid13){
const _errs125 = errors;
if(data56 && typeof data56 == "object" && !Array.isArray(data56)){
if(Object.keys(data56).length > 1){
const err144 = {instancePath:instancePath+"/storage/database_url",schemaPath:"#/definitions/secret_reference/maxProperties",keyword:"maxProperties",params:{limit: 1}};
if(vErrors === null){
vErrors = [err144];
}
else {
vErrors.push(err144);
}
errors++;
}
if(Object.keys(data56).length < 1){
const err145 = {instancePath:instancePath+"/storage/database_url",schemaPath:"#/definitions/secret_reference/minProperties",keyword:"minProperties",params:{limit: 1}};
if(vErrors === null){
vErrors = [err145];
}
else {
vErrors.push(err145);
}
errors++;
}
for(const key8 in data56){
if(!((key8 === "file") || (key8 === "env"))){
const err146 = {instancePath:instancePath+"/storage/database_url",schemaPath:"#/definitions/secret_reference/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8}};
if(vErrors === null){
vErrors = [err146];
}
else {
vErrors.push(err146);
}
errors++;
}
}
if(data56.file !== undefined){
let data57 = data56.file;
if(typeof data57 === "string"){
if(func3(data57) > 4096){
const err147 = {instancePath:instancePath+"/storage/database_url/file",schemaPath:"#/definitions/secret_reference/properties/file/maxLength",keyword:"maxLength",params:{limit: 4096}};
if(vErrors === null){
vErrors = [err147];
}
else {
vErrors.push(err147);
}
errors++;
}
if(func3(data57) < 1){
const err148 = {instancePath:instancePath+"/storage/database_url/file",schemaPath:"#/definitions/secret_reference/properties/file/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err148];
}
else {
vErrors.push(err148);
}
errors++;
}
}
else {
const err149 = {instancePath:instancePath+"/storage/database_url/file",schemaPath:"#/definitions/secret_reference/properties/file/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err149];
}
else {
vErrors.push(err149);
}
errors++;
}
}
if(data56.env !== undefined){
let data58 = data56.env;
if(typeof data58 === "string"){
if(func3(data58) > 256){
const err150 = {instancePath:instancePath+"/storage/database_url/env",schemaPath:"#/definitions/secret_reference/properties/env/maxLength",keyword:"maxLength",params:{limit: 256}};
if(vErrors === null){
vErrors = [err150];
}
else {
vErrors.push(err150);
}
errors++;
}
if(!pattern13.test(data58)){
const err151 = {instancePath:instancePath+"/storage/database_url/env",schemaPath:"#/definitions/secret_reference/properties/env/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_]*$"}};
if(vErrors === null){
vErrors = [err151];
}
else {
vErrors.push(err151);
}
errors++;
}
}
else {
const err152 = {instancePath:instancePath+"/storage/database_url/env",schemaPath:"#/definitions/secret_reference/properties/env/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err152];
}
else {
vErrors.push(err152);
}
errors++;
}
}
}
else {
const err153 = {instancePath:instancePath+"/storage/database_url",schemaPath:"#/definitions/secret_reference/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err153];
}
else {
vErrors.push(err153);
}
errors++;
}
var _valid0 = _errs125 === errors;
valid13 = valid13 || _valid0;
}
if(!valid13){
const err154 = {instancePath:instancePath+"/storage/database_url",schemaPath:"#/properties/storage/properties/database_url/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err154];
}
else {
vErrors.push(err154);
}
errors++;
}
else {
errors = _errs122;
if(vErrors !== null){
if(_errs122){
vErrors.length = _errs122;
}
else {
vErrors = null;
}
}
}
}
if(data54.max_disk_usage_mb !== undefined){
let data59 = data54.max_disk_usage_mb;
if(!(((typeof data59 == "number") && (!(data59 % 1) && !isNaN(data59))) && (isFinite(data59)))){
const err155 = {instancePath:instancePath+"/storage/max_disk_usage_mb",schemaPath:"#/properties/storage/properties/max_disk_usage_mb/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err155];
}
else {
vErrors.push(err155);
}
errors++;
}
if((typeof data59 == "number") && (isFinite(data59))){
if(data59 > 1073741824 || isNaN(data59)){
const err156 = {instancePath:instancePath+"/storage/max_disk_usage_mb",schemaPath:"#/properties/storage/properties/max_disk_usage_mb/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1073741824}};
if(vErrors === null){
vErrors = [err156];
}
else {
vErrors.push(err156);
}
errors++;
}
if(data59 < 16 || isNaN(data59)){
const err157 = {instancePath:instancePath+"/storage/max_disk_usage_mb",schemaPath:"#/properties/storage/properties/max_disk_usage_mb/minimum",keyword:"minimum",params:{comparison: ">=", limit: 16}};
if(vErrors === null){
vErrors = [err157];
}
else {
vErrors.push(err157);
}
errors++;
}
}
}
if(data54.on_limit !== undefined){
let data60 = data54.on_limit;
if(typeof data60 !== "string"){
const err158 = {instancePath:instancePath+"/storage/on_limit",schemaPath:"#/properties/storage/properties/on_limit/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err158];
}
else {
vErrors.push(err158);
}
errors++;
}
if(!((data60 === "reject") || (data60 === "evict-oldest"))){
const err159 = {instancePath:instancePath+"/storage/on_limit",schemaPath:"#/properties/storage/properties/on_limit/enum",keyword:"enum",params:{allowedValues: schema14.properties.storage.properties.on_limit.enum}};
if(vErrors === null){
vErrors = [err159];
}
else {
vErrors.push(err159);
}
errors++;
}
}
if(data54.compression_enabled !== undefined){
if(typeof data54.compression_enabled !== "boolean"){
const err160 = {instancePath:instancePath+"/storage/compression_enabled",schemaPath:"#/properties/storage/properties/compression_enabled/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err160];
}
else {
vErrors.push(err160);
}
errors++;
}
}
if(data54.backup_interval_hours !== undefined){
let data62 = data54.backup_interval_hours;
if(!(((typeof data62 == "number") && (!(data62 % 1) && !isNaN(data62))) && (isFinite(data62)))){
const err161 = {instancePath:instancePath+"/storage/backup_interval_hours",schemaPath:"#/properties/storage/properties/backup_interval_hours/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err161];
}
else {
vErrors.push(err161);
}
errors++;
}
if((typeof data62 == "number") && (isFinite(data62))){
if(data62 > 8760 || isNaN(data62)){
const err162 = {instancePath:instancePath+"/storage/backup_interval_hours",schemaPath:"#/properties/storage/properties/backup_interval_hours/maximum",keyword:"maximum",params:{comparison: "<=", limit: 8760}};
if(vErrors === null){
vErrors = [err162];
}
else {
vErrors.push(err162);
}
errors++;
}
if(data62 < 0 || isNaN(data62)){
const err163 = {instancePath:instancePath+"/storage/backup_interval_hours",schemaPath:"#/properties/storage/properties/backup_interval_hours/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err163];
}
else {
vErrors.push(err163);
}
errors++;
}
}
}
if(data54.backup_retention !== undefined){
let data63 = data54.backup_retention;
if(!(((typeof data63 == "number") && (!(data63 % 1) && !isNaN(data63))) && (isFinite(data63)))){
const err164 = {instancePath:instancePath+"/storage/backup_retention",schemaPath:"#/properties/storage/properties/backup_retention/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err164];
}
else {
vErrors.push(err164);
}
errors++;
}
if((typeof data63 == "number") && (isFinite(data63))){
if(data63 > 1000 || isNaN(data63)){
const err165 = {instancePath:instancePath+"/storage/backup_retention",schemaPath:"#/properties/storage/properties/backup_retention/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000}};
if(vErrors === null){
vErrors = [err165];
}
else {
vErrors.push(err165);
}
errors++;
}
if(data63 < 1 || isNaN(data63)){
const err166 = {instancePath:instancePath+"/storage/backup_retention",schemaPath:"#/properties/storage/properties/backup_retention/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err166];
}
else {
vErrors.push(err166);
}
errors++;
}
}
}
}
else {
const err167 = {instancePath:instancePath+"/storage",schemaPath:"#/properties/storage/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err167];
}
else {
vErrors.push(err167);
}
errors++;
}
}
if(data.http !== undefined){
let data64 = data.http;
if(data64 && typeof data64 == "object" && !Array.isArray(data64)){
for(const key9 in data64){
if(!((((key9 === "enabled") || (key9 === "dashboard")) || (key9 === "base_url")) || (key9 === "dashboard_origin"))){
const err168 = {instancePath:instancePath+"/http",schemaPath:"#/properties/http/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key9}};
if(vErrors === null){
vErrors = [err168];
}
else {
vErrors.push(err168);
}
errors++;
}
}
if(data64.enabled !== undefined){
if(typeof data64.enabled !== "boolean"){
const err169 = {instancePath:instancePath+"/http/enabled",schemaPath:"#/properties/http/properties/enabled/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err169];
}
else {
vErrors.push(err169);
}
errors++;
}
}
if(data64.dashboard !== undefined){
if(typeof data64.dashboard !== "boolean"){
const err170 = {instancePath:instancePath+"/http/dashboard",schemaPath:"#/properties/http/properties/dashboard/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err170];
}
else {
vErrors.push(err170);
}
errors++;
}
}
if(data64.base_url !== undefined){
let data67 = data64.base_url;
if(typeof data67 === "string"){
if(func3(data67) > 4096){
const err171 = {instancePath:instancePath+"/http/base_url",schemaPath:"#/properties/http/properties/base_url/maxLength",keyword:"maxLength",params:{limit: 4096}};
if(vErrors === null){
vErrors = [err171];
}
else {
vErrors.push(err171);
}
errors++;
}
if(!pattern3.test(data67)){
const err172 = {instancePath:instancePath+"/http/base_url",schemaPath:"#/properties/http/properties/base_url/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}};
if(vErrors === null){
vErrors = [err172];
}
else {
vErrors.push(err172);
}
errors++;
}
}
else {
const err173 = {instancePath:instancePath+"/http/base_url",schemaPath:"#/properties/http/properties/base_url/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err173];
}
else {
vErrors.push(err173);
}
errors++;
}
}
if(data64.dashboard_origin !== undefined){
let data68 = data64.dashboard_origin;
if(typeof data68 === "string"){
if(func3(data68) > 4096){
const err174 = {instancePath:instancePath+"/http/dashboard_origin",schemaPath:"#/properties/http/properties/dashboard_origin/maxLength",keyword:"maxLength",params:{limit: 4096}};
if(vErrors === null){
vErrors = [err174];
}
else {
vErrors.push(err174);
}
errors++;
}
if(!pattern3.test(data68)){
const err175 = {instancePath:instancePath+"/http/dashboard_origin",schemaPath:"#/properties/http/properties/dashboard_origin/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}};
if(vErrors === null){
vErrors = [err175];
}
else {
vErrors.push(err175);
}
errors++;
}
}
else {
const err176 = {instancePath:instancePath+"/http/dashboard_origin",schemaPath:"#/properties/http/properties/dashboard_origin/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err176];
}
else {
vErrors.push(err176);
}
errors++;
}
}
}
else {
const err177 = {instancePath:instancePath+"/http",schemaPath:"#/properties/http/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err177];
}
else {
vErrors.push(err177);
}
errors++;
}
}
if(data.auth !== undefined){
let data69 = data.auth;
if(data69 && typeof data69 == "object" && !Array.isArray(data69)){
for(const key10 in data69){
if(!((((key10 === "auth_file") || (key10 === "require_auth")) || (key10 === "admin_token")) || (key10 === "allow_anonymous"))){
const err178 = {instancePath:instancePath+"/auth",schemaPath:"#/properties/auth/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key10}};
if(vErrors === null){
vErrors = [err178];
}
else {
vErrors.push(err178);
}
errors++;
}
}
if(data69.auth_file !== undefined){
let data70 = data69.auth_file;
if(typeof data70 === "string"){
if(func3(data70) > 4096){
const err179 = {instancePath:instancePath+"/auth/auth_file",schemaPath:"#/properties/auth/properties/auth_file/maxLength",keyword:"maxLength",params:{limit: 4096}};
if(vErrors === null){
vErrors = [err179];
}
else {
vErrors.push(err179);
}
errors++;
}
if(!pattern3.test(data70)){
const err180 = {instancePath:instancePath+"/auth/auth_file",schemaPath:"#/properties/auth/properties/auth_file/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}};
if(vErrors === null){
vErrors = [err180];
}
else {
vErrors.push(err180);
}
errors++;
}
}
else {
const err181 = {instancePath:instancePath+"/auth/auth_file",schemaPath:"#/properties/auth/properties/auth_file/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err181];
}
else {
vErrors.push(err181);
}
errors++;
}
}
if(data69.require_auth !== undefined){
if(typeof data69.require_auth !== "boolean"){
const err182 = {instancePath:instancePath+"/auth/require_auth",schemaPath:"#/properties/auth/properties/require_auth/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err182];
}
else {
vErrors.push(err182);
}
errors++;
}
}
if(data69.admin_token !== undefined){
let data72 = data69.admin_token;
const _errs162 = errors;
let valid18 = false;
const _errs163 = errors;
if(typeof data72 === "string"){
if(func3(data72) > 4096){
const err183 = {instancePath:instancePath+"/auth/admin_token",schemaPath:"#/properties/auth/properties/admin_token/anyOf/0/maxLength",keyword:"maxLength",params:{limit: 4096}};
if(vErrors === null){
vErrors = [err183];
}
else {
vErrors.push(err183);
}
errors++;
}
if(!pattern3.test(data72)){
const err184 = {instancePath:instancePath+"/auth/admin_token",schemaPath:"#/properties/auth/properties/admin_token/anyOf/0/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}};
if(vErrors === null){
vErrors = [err184];
}
else {
vErrors.push(err184);
}
errors++;
}
}
else {
const err185 = {instancePath:instancePath+"/auth/admin_token",schemaPath:"#/properties/auth/properties/admin_token/anyOf/0/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err185];
}
else {
vErrors.push(err185);
}
errors++;
}
var _valid1 = _errs163 === errors;
valid18 = valid18 || _valid1;
if(!valid18){
const _errs165 = errors;
if(data72 && typeof data72 == "object" && !Array.isArray(data72)){
if(Object.keys(data72).length > 1){
const err186 = {instancePath:instancePath+"/auth/admin_token",schemaPath:"#/definitions/secret_reference/maxProperties",keyword:"maxProperties",params:{limit: 1}};
if(vErrors === null){
vErrors = [err186];
}
else {
vErrors.push(err186);
}
errors++;
}
if(Object.keys(data72).length < 1){
const err187 = {instancePath:instancePath+"/auth/admin_token",schemaPath:"#/definitions/secret_reference/minProperties",keyword:"minProperties",params:{limit: 1}};
if(vErrors === null){
vErrors = [err187];
}
else {
vErrors.push(err187);
}
errors++;
}
for(const key11 in data72){
if(!((key11 === "file") || (key11 === "env"))){
const err188 = {instancePath:instancePath+"/auth/admin_token",schemaPath:"#/definitions/secret_reference/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key11}};
if(vErrors === null){
vErrors = [err188];
}
else {
vErrors.push(err188);
}
errors++;
}
}
if(data72.file !== undefined){
let data73 = data72.file;
if(typeof data73 === "string"){
if(func3(data73) > 4096){
const err189 = {instancePath:instancePath+"/auth/admin_token/file",schemaPath:"#/definitions/secret_reference/properties/file/maxLength",keyword:"maxLength",params:{limit: 4096}};
if(vErrors === null){
vErrors = [err189];
}
else {
vErrors.push(err189);
}
errors++;
}
if(func3(data73) < 1){
const err190 = {instancePath:instancePath+"/auth/admin_token/file",schemaPath:"#/definitions/secret_reference/properties/file/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err190];
}
else {
vErrors.push(err190);
}
errors++;
}
}
else {
const err191 = {instancePath:instancePath+"/auth/admin_token/file",schemaPath:"#/definitions/secret_reference/properties/file/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err191];
}
else {
vErrors.push(err191);
}
errors++;
}
}
if(data72.env !== undefined){
let data74 = data72.env;
if(typeof data74 === "string"){
if(func3(data74) > 256){
const err192 = {instancePath:instancePath+"/auth/admin_token/env",schemaPath:"#/definitions/secret_reference/properties/env/maxLength",keyword:"maxLength",params:{limit: 256}};
if(vErrors === null){
vErrors = [err192];
}
else {
vErrors.push(err192);
}
errors++;
}
if(!pattern13.test(data74)){
const err193 = {instancePath:instancePath+"/auth/admin_token/env",schemaPath:"#/definitions/secret_reference/properties/env/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_]*$"}};
if(vErrors === null){
vErrors = [err193];
}
else {
vErrors.push(err193);
}
errors++;
}
}
else {
const err194 = {instancePath:instancePath+"/auth/admin_token/env",schemaPath:"#/definitions/secret_reference/properties/env/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err194];
}
else {
vErrors.push(err194);
}
errors++;
}
}
}
else {
const err195 = {instancePath:instancePath+"/auth/admin_token",schemaPath:"#/definitions/secret_reference/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err195];
}
else {
vErrors.push(err195);
}
errors++;
}
var _valid1 = _errs165 === errors;
valid18 = valid18 || _valid1;
}
if(!valid18){
const err196 = {instancePath:instancePath+"/auth/admin_token",schemaPath:"#/properties/auth/properties/admin_token/anyOf",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err196];
}
else {
vErrors.push(err196);
}
errors++;
}
else {
errors = _errs162;
if(vErrors !== null){
if(_errs162){
vErrors.length = _errs162;
}
else {
vErrors = null;
}
}
}
}
if(data69.allow_anonymous !== undefined){
let data75 = data69.allow_anonymous;
if(typeof data75 !== "string"){
const err197 = {instancePath:instancePath+"/auth/allow_anonymous",schemaPath:"#/properties/auth/properties/allow_anonymous/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err197];
}
else {
vErrors.push(err197);
}
errors++;
}
if(!(((data75 === "loopback") || (data75 === "always")) || (data75 === "never"))){
const err198 = {instancePath:instancePath+"/auth/allow_anonymous",schemaPath:"#/properties/auth/properties/allow_anonymous/enum",keyword:"enum",params:{allowedValues: schema14.properties.auth.properties.allow_anonymous.enum}};
if(vErrors === null){
vErrors = [err198];
}
else {
vErrors.push(err198);
}
errors++;
}
}
}
else {
const err199 = {instancePath:instancePath+"/auth",schemaPath:"#/properties/auth/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err199];
}
else {
vErrors.push(err199);
}
errors++;
}
}
if(data.metrics !== undefined){
let data76 = data.metrics;
if(data76 && typeof data76 == "object" && !Array.isArray(data76)){
for(const key12 in data76){
if(!(key12 === "enabled")){
const err200 = {instancePath:instancePath+"/metrics",schemaPath:"#/properties/metrics/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key12}};
if(vErrors === null){
vErrors = [err200];
}
else {
vErrors.push(err200);
}
errors++;
}
}
if(data76.enabled !== undefined){
if(typeof data76.enabled !== "boolean"){
const err201 = {instancePath:instancePath+"/metrics/enabled",schemaPath:"#/properties/metrics/properties/enabled/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err201];
}
else {
vErrors.push(err201);
}
errors++;
}
}
}
else {
const err202 = {instancePath:instancePath+"/metrics",schemaPath:"#/properties/metrics/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err202];
}
else {
vErrors.push(err202);
}
errors++;
}
}
if(data.daemon !== undefined){
let data78 = data.daemon;
if(data78 && typeof data78 == "object" && !Array.isArray(data78)){
for(const key13 in data78){
if(!(func2.call(schema14.properties.daemon.properties, key13))){
const err203 = {instancePath:instancePath+"/daemon",schemaPath:"#/properties/daemon/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key13}};
if(vErrors === null){
vErrors = [err203];
}
else {
vErrors.push(err203);
}
errors++;
}
}
if(data78.pid_file !== undefined){
let data79 = data78.pid_file;
if(typeof data79 === "string"){
if(func3(data79) > 4096){
const err204 = {instancePath:instancePath+"/daemon/pid_file",schemaPath:"#/properties/daemon/properties/pid_file/maxLength",keyword:"maxLength",params:{limit: 4096}};
if(vErrors === null){
vErrors = [err204];
}
else {
vErrors.push(err204);
}
errors++;
}
if(func3(data79) < 1){
const err205 = {instancePath:instancePath+"/daemon/pid_file",schemaPath:"#/properties/daemon/properties/pid_file/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err205];
}
else {
vErrors.push(err205);
}
errors++;
}
if(!pattern3.test(data79)){
const err206 = {instancePath:instancePath+"/daemon/pid_file",schemaPath:"#/properties/daemon/properties/pid_file/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}};
if(vErrors === null){
vErrors = [err206];
}
else {
vErrors.push(err206);
}
errors++;
}
}
else {
const err207 = {instancePath:instancePath+"/daemon/pid_file",schemaPath:"#/properties/daemon/properties/pid_file/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err207];
}
else {
vErrors.push(err207);
}
errors++;
}
}
if(data78.user !== undefined){
let data80 = data78.user;
if(typeof data80 === "string"){
if(func3(data80) > 64){
const err208 = {instancePath:instancePath+"/daemon/user",schemaPath:"#/properties/daemon/properties/user/maxLength",keyword:"maxLength",params:{limit: 64}};
if(vErrors === null){
vErrors = [err208];
}
else {
vErrors.push(err208);
}
errors++;
}
if(!pattern3.test(data80)){
const err209 = {instancePath:instancePath+"/daemon/user",schemaPath:"#/properties/daemon/properties/user/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}};
if(vErrors === null){
vErrors = [err209];
}
else {
vErrors.push(err209);
}
errors++;
}
}
else {
const err210 = {instancePath:instancePath+"/daemon/user",schemaPath:"#/properties/daemon/properties/user/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err210];
}
else {
vErrors.push(err210);
}
errors++;
}
}
if(data78.group !== undefined){
let data81 = data78.group;
if(typeof data81 === "string"){
if(func3(data81) > 64){
const err211 = {instancePath:instancePath+"/daemon/group",schemaPath:"#/properties/daemon/properties/group/maxLength",keyword:"maxLength",params:{limit: 64}};
if(vErrors === null){
vErrors = [err211];
}
else {
vErrors.push(err211);
}
errors++;
}
if(!pattern3.test(data81)){
const err212 = {instancePath:instancePath+"/daemon/group",schemaPath:"#/properties/daemon/properties/group/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}};
if(vErrors === null){
vErrors = [err212];
}
else {
vErrors.push(err212);
}
errors++;
}
}
else {
const err213 = {instancePath:instancePath+"/daemon/group",schemaPath:"#/properties/daemon/properties/group/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err213];
}
else {
vErrors.push(err213);
}
errors++;
}
}
if(data78.working_dir !== undefined){
let data82 = data78.working_dir;
if(typeof data82 === "string"){
if(func3(data82) > 4096){
const err214 = {instancePath:instancePath+"/daemon/working_dir",schemaPath:"#/properties/daemon/properties/working_dir/maxLength",keyword:"maxLength",params:{limit: 4096}};
if(vErrors === null){
vErrors = [err214];
}
else {
vErrors.push(err214);
}
errors++;
}
if(!pattern3.test(data82)){
const err215 = {instancePath:instancePath+"/daemon/working_dir",schemaPath:"#/properties/daemon/properties/working_dir/pattern",keyword:"pattern",params:{pattern: "^[^\\u0000-\\u001f\\u007f]*$"}};
if(vErrors === null){
vErrors = [err215];
}
else {
vErrors.push(err215);
}
errors++;
}
}
else {
const err216 = {instancePath:instancePath+"/daemon/working_dir",schemaPath:"#/properties/daemon/properties/working_dir/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err216];
}
else {
vErrors.push(err216);
}
errors++;
}
}
if(data78.workers !== undefined){
let data83 = data78.workers;
if(!(((typeof data83 == "number") && (!(data83 % 1) && !isNaN(data83))) && (isFinite(data83)))){
const err217 = {instancePath:instancePath+"/daemon/workers",schemaPath:"#/properties/daemon/properties/workers/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err217];
}
else {
vErrors.push(err217);
}
errors++;
}
if((typeof data83 == "number") && (isFinite(data83))){
if(data83 > 64 || isNaN(data83)){
const err218 = {instancePath:instancePath+"/daemon/workers",schemaPath:"#/properties/daemon/properties/workers/maximum",keyword:"maximum",params:{comparison: "<=", limit: 64}};
if(vErrors === null){
vErrors = [err218];
}
else {
vErrors.push(err218);
}
errors++;
}
if(data83 < 1 || isNaN(data83)){
const err219 = {instancePath:instancePath+"/daemon/workers",schemaPath:"#/properties/daemon/properties/workers/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err219];
}
else {
vErrors.push(err219);
}
errors++;
}
}
}
if(data78.auto_restart !== undefined){
if(typeof data78.auto_restart !== "boolean"){
const err220 = {instancePath:instancePath+"/daemon/auto_restart",schemaPath:"#/properties/daemon/properties/auto_restart/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err220];
}
else {
vErrors.push(err220);
}
errors++;
}
}
if(data78.max_restarts !== undefined){
let data85 = data78.max_restarts;
if(!(((typeof data85 == "number") && (!(data85 % 1) && !isNaN(data85))) && (isFinite(data85)))){
const err221 = {instancePath:instancePath+"/daemon/max_restarts",schemaPath:"#/properties/daemon/properties/max_restarts/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err221];
}
else {
vErrors.push(err221);
}
errors++;
}
if((typeof data85 == "number") && (isFinite(data85))){
if(data85 > 1000 || isNaN(data85)){
const err222 = {instancePath:instancePath+"/daemon/max_restarts",schemaPath:"#/properties/daemon/properties/max_restarts/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000}};
if(vErrors === null){
vErrors = [err222];
}
else {
vErrors.push(err222);
}
errors++;
}
if(data85 < 0 || isNaN(data85)){
const err223 = {instancePath:instancePath+"/daemon/max_restarts",schemaPath:"#/properties/daemon/properties/max_restarts/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err223];
}
else {
vErrors.push(err223);
}
errors++;
}
}
}
if(data78.restart_cooldown_secs !== undefined){
let data86 = data78.restart_cooldown_secs;
if(!(((typeof data86 == "number") && (!(data86 % 1) && !isNaN(data86))) && (isFinite(data86)))){
const err224 = {instancePath:instancePath+"/daemon/restart_cooldown_secs",schemaPath:"#/properties/daemon/properties/restart_cooldown_secs/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err224];
}
else {
vErrors.push(err224);
}
errors++;
}
if((typeof data86 == "number") && (isFinite(data86))){
if(data86 > 86400 || isNaN(data86)){
const err225 = {instancePath:instancePath+"/daemon/restart_cooldown_secs",schemaPath:"#/properties/daemon/properties/restart_cooldown_secs/maximum",keyword:"maximum",params:{comparison: "<=", limit: 86400}};
if(vErrors === null){
vErrors = [err225];
}
else {
vErrors.push(err225);
}
errors++;
}
if(data86 < 1 || isNaN(data86)){
const err226 = {instancePath:instancePath+"/daemon/restart_cooldown_secs",schemaPath:"#/properties/daemon/properties/restart_cooldown_secs/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err226];
}
else {
vErrors.push(err226);
}
errors++;
}
}
}
if(data78.shutdown_timeout_secs !== undefined){
let data87 = data78.shutdown_timeout_secs;
if(!(((typeof data87 == "number") && (!(data87 % 1) && !isNaN(data87))) && (isFinite(data87)))){
const err227 = {instancePath:instancePath+"/daemon/shutdown_timeout_secs",schemaPath:"#/properties/daemon/properties/shutdown_timeout_secs/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err227];
}
else {
vErrors.push(err227);
}
errors++;
}
if((typeof data87 == "number") && (isFinite(data87))){
if(data87 > 3600 || isNaN(data87)){
const err228 = {instancePath:instancePath+"/daemon/shutdown_timeout_secs",schemaPath:"#/properties/daemon/properties/shutdown_timeout_secs/maximum",keyword:"maximum",params:{comparison: "<=", limit: 3600}};
if(vErrors === null){
vErrors = [err228];
}
else {
vErrors.push(err228);
}
errors++;
}
if(data87 < 1 || isNaN(data87)){
const err229 = {instancePath:instancePath+"/daemon/shutdown_timeout_secs",schemaPath:"#/properties/daemon/properties/shutdown_timeout_secs/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err229];
}
else {
vErrors.push(err229);
}
errors++;
}
}
}
if(data78.watch_config !== undefined){
if(typeof data78.watch_config !== "boolean"){
const err230 = {instancePath:instancePath+"/daemon/watch_config",schemaPath:"#/properties/daemon/properties/watch_config/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err230];
}
else {
vErrors.push(err230);
}
errors++;
}
}
}
else {
const err231 = {instancePath:instancePath+"/daemon",schemaPath:"#/properties/daemon/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err231];
}
else {
vErrors.push(err231);
}
errors++;
}
}
}
else {
const err232 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err232];
}
else {
vErrors.push(err232);
}
errors++;
}
validate11.errors = vErrors;
return errors === 0;
}
