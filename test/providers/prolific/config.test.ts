import { describe, expect, it } from 'vitest';
import { readProlificConfig } from '../../../src/providers/prolific/config.js';

const env = { PROLIFIC_BASE_URL: 'https://api.prolific.com/api/v1', PROLIFIC_API_TOKEN: 'made-up-token' };

describe('the Prolific accounts in the environment', () => {
  it('are none where no variable is set', () => {
    expect(readProlificConfig({}).size).toBe(0);
  });

  it('are read with their defaults', () => {
    expect(readProlificConfig(env).get('default')).toEqual({
      baseUrl: 'https://api.prolific.com/api/v1',
      token: 'made-up-token',
      maxIdsPerBulk: 200,
    });
  });

  it('are told apart by the end of the variable', () => {
    const accounts = readProlificConfig({
      ...env,
      PROLIFIC_API_TOKEN__US: 'made-up-token-us',
      PROLIFIC_WORKSPACE_ID__US: 'ws_us',
      PROLIFIC_MAX_IDS_PER_BULK__US: '50',
    });
    expect([...accounts.keys()]).toEqual(['default', 'us']);
    expect(accounts.get('us')).toEqual({
      baseUrl: env.PROLIFIC_BASE_URL,
      token: 'made-up-token-us',
      workspaceId: 'ws_us',
      maxIdsPerBulk: 50,
    });
    expect(accounts.get('default')).not.toHaveProperty('workspaceId');
  });

  it.each([
    ['https://api.prolific.com/api/v1/', 'https://api.prolific.com/api/v1'],
    ['https://API.Prolific.com/api/v1//', 'https://api.prolific.com/api/v1'],
    [' https://api.prolific.com/api/v1 ', 'https://api.prolific.com/api/v1'],
    ['http://127.0.0.1:4012/api/v1', 'http://127.0.0.1:4012/api/v1'],
  ])('have the base URL %j as %s', (PROLIFIC_BASE_URL, baseUrl) => {
    expect(readProlificConfig({ ...env, PROLIFIC_BASE_URL }).get('default')?.baseUrl).toBe(baseUrl);
  });

  it.each([
    [{ PROLIFIC_BASE_URL: 'https://api.prolific.com' }, 'PROLIFIC_BASE_URL: must end in /api/v1; write it as https://'],
    [{ PROLIFIC_BASE_URL: 'https://api.prolific.com/api/v2' }, 'PROLIFIC_BASE_URL: must end in /api/v1'],
    [{ PROLIFIC_BASE_URL: '' }, 'PROLIFIC_BASE_URL'],
    [{ PROLIFIC_API_TOKEN: '' }, 'PROLIFIC_API_TOKEN'],
    [{ PROLIFIC_API_TOKEN: 'Token abc' }, 'PROLIFIC_API_TOKEN: must be the token alone'],
    [{ PROLIFIC_WORKSPACE_ID: 'a/b' }, 'PROLIFIC_WORKSPACE_ID: must be 1 to 100'],
    [{ PROLIFIC_MAX_IDS_PER_BULK: '0' }, 'PROLIFIC_MAX_IDS_PER_BULK: must be a whole number from 1'],
    [{ PROLIFIC_MAX_IDS_PER_BULK: '2.5' }, 'PROLIFIC_MAX_IDS_PER_BULK: must be a whole number from 1'],
    [
      { PROLIFIC_API_TOKEN__US: 'made-up', PROLIFIC_BASE_URL__US: 'https://eu.prolific.test/v1' },
      'PROLIFIC_BASE_URL__US: must end in /api/v1',
    ],
    [{ PROLIFIC_API_TOKEN__US: 'Token made-up' }, 'PROLIFIC_API_TOKEN__US: must be the token alone'],
  ])('are refused with %j', (wrong, message) => {
    expect(() => readProlificConfig({ ...env, ...wrong })).toThrow(message);
  });

  it('are refused without telling the token', () => {
    const read = () => readProlificConfig({ ...env, PROLIFIC_API_TOKEN: 'Token sesame' });
    expect(read).toThrow(
      expect.objectContaining({ code: 'config', message: expect.not.stringContaining('sesame') as string }),
    );
  });
});
